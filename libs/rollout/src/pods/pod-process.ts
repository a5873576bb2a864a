import { type Service } from '../scenario/scenario.js';
import { type PodPort } from './free-ports.js';

/** How a container ended: as a container runtime says it, 128 + n after a signal, so 137 after SIGKILL. */
export interface PodExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a command inside a container came to. */
export interface ExecResult {
  readonly code: number | null;
  /** Its last line, or why it could not run. */
  readonly detail: string;
}

/** A running container: all that the kubelet may do with it. */
export interface PodProcess {
  /** The service's own process: the one that gets the signals. */
  readonly pid: number;
  /** Resolves when nothing of the container is left and all its output has been read; never rejects. */
  readonly exit: Promise<PodExit>;
  readonly hasExited: boolean;
  /** Whether the top process has a handler of that signal at this moment; `undefined` where that cannot be seen. */
  catches(signal: NodeJS.Signals): boolean | undefined;
  /** The ports of this machine that it listens on at this moment; `undefined` where that cannot be seen. */
  listening(): readonly number[] | undefined;
  /** Whether none of its processes computes, or has since it was asked last; `undefined` where that cannot be seen. */
  isAtRest(): boolean | undefined;
  /** To the top process only. One that has ended gets nothing. */
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL for the whole container. */
  kill(): void;
  /** Runs a command beside the service, with the ports of this pod in place of the container's; killed when `signal` fires. Never rejects. */
  exec(command: readonly [program: string, ...args: string[]], signal: AbortSignal): Promise<ExecResult>;
}

/** One line of a container's output. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

/** What a container is started with. */
export interface ContainerOrder {
  readonly pod: string;
  /** What it is called in the cluster. Default: the same. */
  readonly hostname?: string;
  readonly service: Service;
  readonly ports: readonly PodPort[];
  readonly isPid1: boolean;
  readonly onLine: (line: OutputLine) => void;
}

/** Starts containers. Tests bring one that starts nothing. */
export interface PodRuntime {
  /** Rejects when the program cannot be started at all. */
  start(order: ContainerOrder): Promise<PodProcess>;
  /** Ports for a new pod, which keeps them through its restarts. */
  ports(service: Service): Promise<readonly PodPort[]>;
  /** The pod that had these ports has gone, or takes others. */
  release?(ports: readonly PodPort[]): Promise<void>;
}

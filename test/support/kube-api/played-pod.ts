import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type RunningPod } from './kube-acts.js';
import { type KubeApi } from './kube-api.js';
import { isObject, type KubeObject } from './kube-object.js';
import { second } from './kube-store.js';

/** How the services of a played Deployment end, and whether they begin. */
export type PodMode =
  | 'ends-well'
  | 'exits-at-once'
  | 'ignores-sigterm'
  | 'fails-its-stop'
  | 'crashes-at-start'
  | 'never-ready';

interface PodParts {
  readonly api: KubeApi;
  readonly name: string;
  readonly hash: string;
  readonly mode: PodMode;
  readonly graceSeconds: number;
  readonly template: KubeObject['spec'];
  readonly onChange: () => void;
  readonly namespace: string;
  /** Where it runs. */
  readonly node: string;
  /** A kubelet needs a moment to tell how a pod ended, and longer to delete it: 0.6 to 0.8 s were measured. */
  readonly goneAfterMs: number;
}

/** One pod: a process of this machine, and the object that the API has of it. */
export class PlayedPod implements RunningPod {
  readonly name: string;
  readonly hash: string;
  readonly node: string;
  port: number | undefined;
  isReady = false;
  isDeleted = false;
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #startedAt = new Date();
  readonly #said = new Set<string>();

  constructor(private readonly parts: PodParts) {
    this.name = parts.name;
    this.hash = parts.hash;
    this.node = parts.node;
    const { api, mode, template, namespace, node } = parts;
    api.store.create('pods', {
      metadata: { name: this.name, namespace, labels: { app: 'orders', 'pod-template-hash': this.hash } },
      spec: { ...podSpecOf(template), nodeName: node },
      status: { phase: 'Pending' },
    });
    this.#child = spawn(process.execPath, [join(__dirname, 'pod-service.cjs')], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env: { PATH: process.env['PATH'], MODE: mode, POD_NAME: this.name },
    });
    api.running.set(this.name, this);
    this.gone = this.#follow();
  }

  /** As the API is asked to. */
  delete(disruption?: object): void {
    if (this.isDeleted) return;
    this.isDeleted = true;
    const { api, graceSeconds } = this.parts;
    api.store.update('pods', this.name, (pod) => ({
      ...pod,
      metadata: {
        ...pod.metadata,
        deletionTimestamp: second(new Date(Date.now() + graceSeconds * 1000)),
        deletionGracePeriodSeconds: graceSeconds,
      },
      status: withCondition(pod['status'], disruption),
    }));
    this.#tell('Normal', 'Killing', 'Stopping container app');
    this.parts.onChange();
    this.#child.kill('SIGTERM');
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), graceSeconds * 1000);
    this.#child.once('exit', () => clearTimeout(kill));
  }

  /** What whoever routes to it knows, once: `leave` when nothing new comes, `end` when nothing is left. */
  say(word: 'leave' | 'end'): void {
    if (this.#said.has(word)) return;
    this.#said.add(word);
    // One that has ended hears nothing, and needs not.
    this.#child.send(word, () => undefined);
  }

  /** At the end of a test. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.gone;
  }

  async #follow(): Promise<void> {
    const exited = new Promise<number>((resolve) => {
      this.#child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#status('Running', { running: { startedAt: second(this.#startedAt) } });
    const exitCode = await exited;
    this.isReady = false;
    const terminated = {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      startedAt: second(this.#startedAt),
      finishedAt: second(new Date()),
      containerID: `containerd://${this.name}`,
      ...(exitCode === 0 && { message: 'Stopped in order, 1.5 s after SIGTERM. Exit code 0.\nwaited 1.5 s' }),
    };
    this.#status(exitCode === 0 ? 'Succeeded' : 'Failed', { terminated });
    if (!this.isDeleted) this.#tell('Warning', 'BackOff', 'Back-off restarting failed container app');
    this.parts.onChange();
    this.parts.api.log(this.name).end();
    while (!this.isDeleted) await new Promise((resolve) => void setTimeout(resolve, 20));
    await new Promise((resolve) => void setTimeout(resolve, this.parts.goneAfterMs));
    this.parts.api.running.delete(this.name);
    this.parts.api.store.remove('pods', this.name);
    this.parts.onChange();
  }

  #read(text: string): void {
    const port = /port (\d+)/.exec(text)?.[1];
    if (port === undefined) return;
    this.port = Number(port);
    this.parts.api.log(this.name).add(`listening on ${port}`);
    if (this.parts.mode === 'never-ready') {
      return this.#tell('Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
    }
    this.isReady = true;
    this.#status('Running', { running: { startedAt: second(this.#startedAt) } });
    this.parts.onChange();
  }

  get #container(): string {
    return podSpecOf(this.parts.template).containers[0]?.name ?? '';
  }

  #status(phase: string, state: object): void {
    const ready = this.isReady ? 'True' : 'False';
    this.parts.api.store.update('pods', this.name, (pod) => ({
      ...pod,
      status: {
        phase,
        conditions: [{ type: 'Ready', status: ready }],
        containerStatuses: [{ name: this.#container, ready: this.isReady, restartCount: 0, state, lastState: {} }],
      },
    }));
  }

  #tell(type: string, reason: string, message: string): void {
    this.parts.api.store.create('events', {
      metadata: {
        name: `${this.name}.${this.parts.api.store.version}`,
        namespace: this.parts.namespace,
      },
      involvedObject: { kind: 'Pod', name: this.name },
      type,
      reason,
      message,
      count: 1,
    });
  }
}

function podSpecOf(template: unknown): PodSpec {
  // The template of a Deployment that the test itself has made.
  return (template as { readonly spec: PodSpec }).spec;
}

interface PodSpec {
  readonly containers: readonly { readonly name: string }[];
}

/** The kubelet writes its own conditions over it. */
function withCondition(status: unknown, condition: object | undefined): unknown {
  if (condition === undefined || !isObject(status)) return status;
  const conditions: unknown = status['conditions'];
  const others: readonly unknown[] = Array.isArray(conditions) ? conditions : [];
  return { ...status, conditions: [condition, ...others] };
}

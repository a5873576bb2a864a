import { type ChildProcess, type SendHandle, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { LOOPBACK } from '../loopback-server.js';
import { type Dial, dialAddress, type DialOutcome } from '../pod-ways.js';
import { passOn } from '../relay.js';
import { AGENT, type AgentOrder, type AgentReport } from './agent-program.js';
import { BRING_UP_ENV, inOwnNetwork, type NetNamespace } from './net-namespace.js';
import { ask, resolvers } from './resolver.js';

/** Starting takes a tenth of a second; a busy machine takes longer. */
const START_MS = 30_000;
const ANSWER_MS = 5000;

/** In a session of its own: a terminal's Ctrl-C is for the rehearsal, and this one ends with it. */
export const AGENT_OPTIONS = { detached: true } as const;

/** What is started for the network of a pod. */
export function agentCommand(namespace: NetNamespace): readonly string[] {
  return inOwnNetwork(namespace, [process.execPath, '-e', AGENT]);
}

/** What a network of a pod is made of. */
export interface SandboxOptions {
  readonly namespace: NetNamespace;
  /** The ports that lead out of it. */
  readonly outbound: readonly number[];
  /** Called with a sentence when it ends by itself. */
  readonly onNote: (note: string) => void;
}

/** What was called in a pod's network and led nowhere. */
export interface LostCalls {
  /** Connections that were refused. */
  readonly refused: number;
  /** Datagrams to a port where nothing listens. */
  readonly datagrams: number;
}

/**
 * A network of its own for one pod, as the sandbox of a real one: it outlives the pod's containers. A process in it opens connections to the pod, so that
 * they are refused and reset as they really are, and hands out those that the pod opens to the ports that lead out.
 */
export class PodSandbox {
  readonly #dialled = new Map<number, DialOutcome>();
  readonly #sockets = new Set<Socket>();
  #dials = 0;
  #isClosed = false;
  #outbound: readonly number[] = [];
  #onListening: () => void = () => undefined;
  #onCounted: (calls: LostCalls) => void = () => undefined;

  private constructor(
    private readonly agent: ChildProcess,
    private readonly options: SandboxOptions,
  ) {
    agent.on('message', (report, handle) => {
      // It says nothing else.
      this.#hear(report as AgentReport, handle);
    });
    agent.once('exit', () => this.#ended());
    agent.on('error', () => undefined);
    agent.stdin?.on('error', () => undefined);
  }

  /** Rejects with what kept it from coming up. */
  static async start(options: SandboxOptions): Promise<PodSandbox> {
    const [program = '', ...args] = agentCommand(options.namespace);
    const agent = spawn(program, args, {
      ...AGENT_OPTIONS,
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, ...BRING_UP_ENV, NODE_OPTIONS: '' },
    });
    const sandbox = new PodSandbox(agent, options);
    try {
      await sandbox.#comesUp();
    } catch (error) {
      await sandbox.close();
      throw error;
    }
    return sandbox;
  }

  /** What stands before a command that runs in there. */
  get enter(): readonly string[] {
    return this.options.namespace.enter(this.agent.pid ?? 0);
  }

  /** The ports that lead out of it. */
  get outbound(): readonly number[] {
    return this.#outbound;
  }

  /** The way to one of the pod's ports. */
  to(port: number): Dial {
    return (outcome) => {
      const id = (this.#dials += 1);
      if (this.#isClosed) {
        setImmediate(() => outcome.refused(refusal('ECONNREFUSED', `connect ECONNREFUSED ${LOOPBACK}:${port}`)));
        return () => undefined;
      }
      this.#dialled.set(id, outcome);
      this.#order({ type: 'dial', id, host: LOOPBACK, port });
      return () => {
        if (this.#dialled.delete(id)) this.#order({ type: 'give-up', id });
      };
    };
  }

  /** Has further ports lead out of it, as those of servers that have begun to listen since. */
  async leadOut(ports: readonly number[]): Promise<void> {
    const further = ports.filter((port) => !this.#outbound.includes(port));
    if (further.length === 0 || this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_MS);
      this.#onListening = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#order({ type: 'listen', ports: further, resolvers: [] });
    });
  }

  /** What the pod's processes called in vain so far; nothing where it has ended. */
  async lostCalls(): Promise<LostCalls | undefined> {
    if (this.#isClosed) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), ANSWER_MS);
      this.#onCounted = (calls) => {
        clearTimeout(timer);
        resolve(calls);
      };
      this.#order({ type: 'count' });
    });
  }

  /** Ends it, and every connection that leads out of it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const { agent } = this;
    for (const socket of this.#sockets) socket.destroy();
    if (agent.pid === undefined || agent.exitCode !== null || agent.signalCode !== null) return;
    const ended = once(agent, 'exit');
    if (agent.connected) agent.disconnect();
    agent.stdin?.end();
    const timer = setTimeout(() => agent.kill('SIGKILL'), ANSWER_MS);
    await ended;
    clearTimeout(timer);
  }

  async #comesUp(): Promise<void> {
    const { agent } = this;
    let said = '';
    agent.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    const fail = (why: string): Error => new Error(`the network of a pod did not come up: ${said.trim() || why}`);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(fail(`no answer within ${START_MS / 1000} s`)), START_MS);
      this.#onListening = () => {
        clearTimeout(timer);
        resolve();
      };
      agent.once('close', (code) => {
        clearTimeout(timer);
        reject(fail(`it ended with ${code}`));
      });
      agent.once('error', (error) => {
        clearTimeout(timer);
        reject(fail(error.message));
      });
      this.#order({ type: 'listen', ports: this.options.outbound, resolvers: resolvers() });
    });
  }

  #order(order: AgentOrder): void {
    if (this.agent.connected) this.agent.send(order, () => undefined);
  }

  #hear(report: AgentReport, handle: SendHandle | undefined): void {
    switch (report.type) {
      case 'listening':
        this.#outbound = [...this.#outbound, ...report.ports];
        return this.#onListening();
      case 'opened':
        return this.#opened(report.id, handle);
      case 'refused':
        return this.#outcomeOf(report.id)?.refused(refusal(report.code, report.message));
      case 'called':
        return this.#called(report, handle);
      case 'asked':
        return ask(report.server, Buffer.from(report.data, 'base64'), (answer) =>
          this.#order({ type: 'resolved', id: report.id, data: answer.toString('base64') }),
        );
      case 'counted':
        return this.#onCounted({ refused: report.refused, datagrams: report.datagrams });
    }
  }

  #outcomeOf(id: number): DialOutcome | undefined {
    const outcome = this.#dialled.get(id);
    this.#dialled.delete(id);
    return outcome;
  }

  #opened(id: number, handle: SendHandle | undefined): void {
    const outcome = this.#outcomeOf(id);
    // It ended on its way from there.
    if (!(handle instanceof Socket)) return outcome?.refused(refusal('ECONNRESET', 'read ECONNRESET'));
    handle.allowHalfOpen = true;
    if (outcome === undefined) return void handle.on('error', () => undefined).destroy();
    handle.setNoDelay(true);
    outcome.opened(handle);
  }

  #called({ host, port }: { readonly host: string; readonly port: number }, handle: SendHandle | undefined): void {
    if (!(handle instanceof Socket)) return;
    handle.allowHalfOpen = true;
    handle.setNoDelay(true);
    this.#follow(handle);
    passOn(handle, dialAddress({ host, port }), { opened: (socket) => this.#follow(socket) });
  }

  #follow(socket: Socket): void {
    if (this.#isClosed) return void socket.on('error', () => undefined).destroy();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #ended(): void {
    if (!this.#isClosed)
      this.options.onNote('The network of a pod ended before the pod did: it could not be reached from then on.');
    this.#isClosed = true;
    for (const { refused } of this.#dialled.values())
      refused(refusal('ECONNREFUSED', 'the network of the pod has ended'));
    this.#dialled.clear();
  }
}

function refusal(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}

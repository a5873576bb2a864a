import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ScenarioProblem } from './invalid-scenario-error.js';
import { addressesIn, loopbackPorts } from './loopback-ports.js';
import { type ReadOptions, type WrittenProbe } from './option-schema.js';

/** Scripts of commands are short; what is longer is a program. */
const LARGEST_SCRIPT = 64 * 1024;

/**
 * What a probe or a preStop hook asks that is no port of the pod. In a cluster loopback is the pod's own; here it is the machine's, where a request would meet
 * whatever listens there.
 */
export function* strangePorts({
  readiness,
  liveness,
  startup,
  preStop,
  ports,
  cwd,
}: ReadOptions): Iterable<ScenarioProblem> {
  const own = ports.map(({ containerPort }) => containerPort);
  for (const [option, probe] of Object.entries({ readiness, liveness, startup })) {
    yield* inProbe(option, probe, { own, cwd });
  }
  if (typeof preStop !== 'object') return;
  if ('exec' in preStop) yield* inCommand('preStop', preStop.exec, { own, cwd });
  else if (preStop.port !== undefined && !own.includes(preStop.port))
    yield strange('preStop', `port ${preStop.port}`, { own, port: preStop.port });
}

/**
 * Ports that probes and preStop ask by their number, over the network or in a command: the pod's own in its own network, whatever listens there on this machine.
 * What the user has lead out of it is none of these.
 */
export function portsAsked({ readiness, liveness, startup, preStop, ports, outbound }: ReadOptions): readonly number[] {
  const own = ports.map(({ containerPort }) => containerPort);
  const asked = [readiness, liveness, startup, preStop].flatMap((written) => {
    if (typeof written !== 'object') return [];
    if ('exec' in written && written.exec !== undefined) return certainPorts(written.exec, own);
    return 'port' in written && written.port !== undefined ? [written.port] : [];
  });
  return [...new Set(asked)].filter((port) => !outbound.includes(port));
}

function certainPorts(command: readonly string[], own: readonly number[]): number[] {
  const found = loopbackPorts(command).filter(({ port, isCertain }) => isCertain && !own.includes(port));
  return found.map(({ port }) => port);
}

interface PodPlace {
  readonly own: readonly number[];
  readonly cwd: string;
}

function* inProbe(option: string, probe: WrittenProbe | undefined, place: PodPlace): Iterable<ScenarioProblem> {
  if (typeof probe !== 'object') return;
  if (probe.exec !== undefined) yield* inCommand(option, probe.exec, place);
  const { port } = probe;
  if (probe.exec === undefined && port !== undefined && !place.own.includes(port))
    yield strange(option, `port ${port}`, { own: place.own, port });
}

function* inCommand(
  option: string,
  command: readonly [program: string, ...args: string[]],
  { own, cwd }: PodPlace,
): Iterable<ScenarioProblem> {
  const asked = loopbackPorts(command).find(({ port, isCertain }) => isCertain && !own.includes(port));
  if (asked !== undefined) yield strange(option, asked.text, { own, port: asked.port });
  for (const script of scriptsOf(command, cwd)) {
    const written = addressesIn(script.text).find(({ port }) => own.includes(port));
    if (written === undefined) continue;
    const message =
      `runs ${script.name}, which asks ${written.text}: the pods of a rehearsal share one machine and have other ports, so that would be whatever listens ` +
      `there. Have the script read the variable that says the port`;
    yield { option, message };
  }
}

function strange(
  option: string,
  asked: string,
  { own, port }: { readonly own: readonly number[]; readonly port: number },
): ScenarioProblem {
  const known = own.length === 0 ? 'it has none' : `it has ${own.join(', ')}`;
  const message =
    `asks ${asked}, which is no port of the pod (${known}). What listens there in a cluster is not played, and on this machine it could be anything. Write ` +
    `containerPort ${port} among the ports, with the variable that tells the service to listen there, or ${insteadOf(option)}`;
  return { option, message };
}

function insteadOf(option: string): string {
  return option === 'preStop'
    ? "give preStop a length of time, as '5s'"
    : `name a path of the service for ${option}, as '/health'`;
}

/** The words of a command that are files which can be read as text. */
function scriptsOf(command: readonly string[], cwd: string): { readonly name: string; readonly text: string }[] {
  const words = command.flatMap((text) => text.split(/\s+/));
  return [...new Set(words)].flatMap((name) => {
    if (!/\.(?:sh|bash|[cm]?[jt]s|py)$/.test(name)) return [];
    try {
      const path = join(cwd, name);
      if (statSync(path).size > LARGEST_SCRIPT) return [];
      return [{ name, text: readFileSync(path, 'utf8') }];
    } catch {
      // It is in the image alone, and so the command fails here; the report says so.
      return [];
    }
  });
}

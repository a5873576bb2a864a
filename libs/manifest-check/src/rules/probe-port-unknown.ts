import { type PartialReport, workloadRule } from '../rule-kinds/rule.js';
import { type Container } from '../manifest/container.js';
import { isForeign } from '../manifest/foreign.js';
import { probeOf, type ProbeName } from '../manifest/probe.js';
import { type Workload } from '../manifest/workload.js';
import { type Field } from '../source/field.js';

const PROBES: readonly ProbeName[] = ['startupProbe', 'readinessProbe', 'livenessProbe'];

/** The kubelet looks names of ports up in the container of the probe. */
export const probePortUnknown = workloadRule({
  id: 'probe-port-unknown',
  severity: 'error',
  summary: 'A probe asks a port that its container does not have',
  *check(workload) {
    for (const container of [...workload.containers, ...workload.sidecars]) {
      for (const name of PROBES) {
        const { field, kind } = probeOf(container, name);
        const at = field.at(kind, 'port');
        if (at.text === undefined || container.ports.some((port) => port.name === at.text)) continue;
        if (isOfLightship(field.at(kind, 'path').text, at.text)) continue;
        const probe = { name, at, container };
        const report = /^\d+$/.test(at.text) ? unlisted(probe, workload) : unnamed(probe);
        if (report !== undefined) yield report;
      }
    }
  },
});

/** The library Lightship answers the kubelet at a port of its own, which manifests do not list. */
function isOfLightship(path: string | undefined, port: string): boolean {
  return port === '9000' && /^\/(?:health|live|ready)$/.test(path ?? '');
}

interface Asking {
  readonly name: ProbeName;
  readonly at: Field;
  readonly container: Container;
}

function unnamed({ name: probe, at, container }: Asking): PartialReport {
  const names = container.ports.flatMap(({ name }) => name ?? []);
  return {
    at,
    message: `${probe} asks port ${at.text ?? ''}, but the ports of ${container.name} are called ${names.join(', ') || 'nothing'}`,
    why: 'A port that the kubelet cannot look up makes the probe fail: pods never become ready, or are restarted for ever.',
    remedy: `port: ${names[0] ?? container.ports[0]?.number ?? 3000}`,
  };
}

function unlisted({ name: probe, at, container }: Asking, workload: Workload): PartialReport | undefined {
  const { name, ports } = container;
  if (container !== workload.main || mayListen(workload, Number(at.text))) return undefined;
  const known = ports.map((port) => [port.name, port.number].filter((part) => part !== undefined).join(' = '));
  return {
    at,
    severity: 'warning',
    message: `${probe} asks port ${at.text ?? ''}, but the ports of ${name} are ${known.join(', ')}`,
    why: 'Numbers of ports need not be listed, but where others are, the one that is asked is most likely a mistake: the probe fails, and pods never become ready, or are restarted for ever.',
    remedy: eitherWay(workload, at, `port: ${ports[0]?.name ?? ports[0]?.number ?? 3000}`),
  };
}

/** Which of the two numbers is the mistake only the service knows; what Services and the image say of it comes first. */
function eitherWay({ main, services }: Workload, { number, text = '' }: Field, other: string): string {
  const sentTo = services.flatMap(({ root }) => root.at('spec', 'ports').items.map((port) => port.at('targetPort')));
  const isSaid = sentTo.some((target) => target.number === number) || main.build?.ports.includes(Number(text)) === true;
  const declared = `ports:\n  - containerPort: ${text}`;
  return isSaid
    ? `${declared}\n# or, where the container does not listen on ${text}:\n# ${other}`
    : `${other}\n# or, where the container listens on ${text}, declare it there:\n# ${declared.replace('\n', '\n# ')}`;
}

/** Only a list of others, and no word of the service, speaks against a number: containers of a pod share their ports. */
function mayListen({ main, containers, sidecars, settings }: Workload, number: number): boolean {
  const all = [...containers, ...sidecars];
  const isListed = all.some(({ ports }) => ports.some((port) => port.number === number));
  const isOwn = [settings.server.port, settings.probePort].includes(number);
  const said = [...[...main.variables.values()].map(({ text }) => text), ...main.words.map(({ text }) => text)];
  const isSaid = said.some((text) => text !== undefined && new RegExp(`(?<!\\d)${number}(?!\\d)`).test(text));
  return isForeign(main) || !isKnowing(main) || isListed || isOwn || isOfMesh(number) || isSaid;
}

/** Whether it lists its ports, each with its number. */
function isKnowing({ ports }: Container): boolean {
  return ports.length > 0 && ports.every(({ number }) => number !== undefined);
}

/** Where the proxy of a mesh answers, which is put into the pod later. */
function isOfMesh(port: number): boolean {
  return port >= 15_000 && port <= 15_100;
}

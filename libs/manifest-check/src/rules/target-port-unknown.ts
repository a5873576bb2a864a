import { type Report, type Rule } from '../rule-kinds/rule.js';
import { isForeign } from '../manifest/foreign.js';
import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { type Field } from '../source/field.js';

/** On a port that no container has, no process answers. */
export const targetPortUnknown: Rule = {
  id: 'target-port-unknown',
  severity: 'error',
  summary: 'The targetPort of a Service is no port of its pods',
  *check({ cluster }) {
    for (const service of cluster.ofKind('Service')) {
      const workloads = cluster.workloads.filter(({ services }) => services.includes(service));
      // Without an address of its own a Service translates no ports.
      if (workloads.length === 0 || service.root.at('spec', 'clusterIP').text === 'None') continue;
      for (const port of service.root.at('spec', 'ports').items) yield* reportsOn(port, service, workloads);
    }
    for (const workload of cluster.workloads) yield* missedPorts(workload);
  },
};

function* reportsOn(port: Field, service: Resource, workloads: readonly Workload[]): Iterable<Report> {
  const written = port.at('targetPort');
  const target = written.exists ? written : port.at('port');
  const isNamed = target.number === undefined;
  if (target.text === undefined || workloads.some((workload) => mayReach(workload, target))) return;
  const known = workloads.flatMap(portsOf);
  const what = written.exists ? '' : ' (which is port, as targetPort is not written)';
  yield {
    at: target,
    about: service,
    ...(isNamed ? WITHOUT_NAME : WITHOUT_NUMBER),
    message: `targetPort ${target.text}${what} is not among the ports of the pods: ${listOf(known)}`,
    remedy: remedyFor(target, workloads),
  };
}

/** A number may be right and only not declared. */
function remedyFor({ number }: Field, workloads: readonly Workload[]): string {
  const overTcp = workloads.flatMap(({ containers, sidecars }) =>
    [...containers, ...sidecars].flatMap(({ field }) =>
      field.at('ports').items.filter((port) => (port.at('protocol').text ?? 'TCP') === 'TCP'),
    ),
  );
  const [first] = overTcp;
  const other = `targetPort: ${first?.at('name').text ?? first?.at('containerPort').text ?? 3000}`;
  if (number === undefined) return other;
  return `${other}\n# or, where the container listens on ${number}, declare it there:\n# ports:\n#   - containerPort: ${number}`;
}

const WITHOUT_NAME = {
  severity: 'error',
  why: 'Without a port of that name the pods are left out of the endpoints: every connection is refused.',
} as const;

/** Numbers in `ports` only inform: a container may listen on others. */
const WITHOUT_NUMBER = {
  severity: 'warning',
  why: 'The Service sends its connections to a port that no container declares: where nothing listens they are refused.',
} as const;

type Ports = Workload['main']['ports'];

function listOf(ports: Ports): string {
  const texts = ports.map(({ name, number }) => [name, number].filter((part) => part !== undefined).join(' = '));
  return texts.length === 0 ? 'they name none' : texts.join(', ');
}

function portsOf({ containers, sidecars }: Workload): Ports {
  return [...containers, ...sidecars].flatMap(({ ports }) => ports);
}

function mayReach(workload: Workload, { number, text }: Field): boolean {
  if (number === undefined) return portsOf(workload).some(({ name }) => name === text);
  // Brokers and databases listen on more than is declared.
  return isForeign(workload.main) || mayListen(workload, number);
}

/** Ports need not be declared: only a list of others, and no word of the service itself, speaks against a number. */
function mayListen(workload: Workload, number: number): boolean {
  const { main, settings } = workload;
  const declared = portsOf(workload);
  const own = [
    settings.server.port,
    settings.probePort,
    Number(main.variable('PORT')?.text),
    ...(main.build?.ports ?? []),
  ];
  if ([...main.variables.values()].some(({ text = '' }) => isBoundTo(text, number))) return true;
  return main.ports.length === 0 || own.includes(number) || declared.some((one) => one.number === number);
}

/** `0.0.0.0:3000`, `grpc://[::]:3000` and `:3000` are what a service listens at itself; other hosts are what it calls. */
function isBoundTo(address: string, number: number): boolean {
  const [, port] = /^(?:\w+:\/\/)?(?:0\.0\.0\.0|\[::\]|\*)?:(\d+)\/?$/.exec(address) ?? [];
  return Number(port) === number;
}

/** Where `PORT` is a number that no port of the container says, while a Service sends to one of those that are said. */
function* missedPorts(workload: Workload): Iterable<Report> {
  const { main, services } = workload;
  const variable = main.variable('PORT');
  if (variable === undefined || isForeign(main) || !isMissed(workload, variable.text ?? '')) return;
  const sentTo = main.ports.flatMap((port) =>
    services.filter((one) => isSentTo(one, port)).map(({ name }) => ({ name, port })),
  );
  const found = sentTo.find(
    ({ port }) => port.number !== workload.settings.probePort && !FOR_OTHERS.test(port.name ?? ''),
  );
  if (found === undefined) return;
  yield {
    at: variable,
    about: workload,
    severity: 'warning',
    message: `PORT is ${variable.text ?? ''}, which no containerPort is, but Service ${found.name} sends to ${listOf([found.port])}`,
    why: 'A service that listens where PORT says hears nothing of what is sent to the declared ports: there connections are refused.',
    remedy: `env:\n  - name: PORT\n    value: '${found.port.number ?? ''}'\n# or another containerPort, with the probes and targetPorts that have its number`,
  };
}

/** Ports that a service may have beside the one that `PORT` is about. */
const FOR_OTHERS = /metric|prom|grpc|tcp|admin|manage|health|probe|status|debug|inspect/i;

/** Not where the service itself says that it listens elsewhere than `PORT` has it. */
function isMissed({ main, settings }: Workload, port: string): boolean {
  if (!/^[1-9]\d*$/.test(port) || main.ports.length === 0) return false;
  const { port: own = Number(port) } = settings.server;
  return own === Number(port) && main.ports.every(({ number }) => number !== own);
}

function isSentTo({ root }: Resource, { name, number }: Ports[number]): boolean {
  const spec = root.at('spec');
  if (spec.at('clusterIP').text === 'None') return false;
  return spec.at('ports').items.some((port) => {
    const target = port.at('targetPort').exists ? port.at('targetPort') : port.at('port');
    return target.number === undefined ? target.text !== undefined && target.text === name : target.number === number;
  });
}

import { type Report, type Rule } from '../findings/rule.js';
import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { type Field } from '../source/field.js';

/** A port that no container has is one that nobody answers on (G20). */
export const targetPortUnknown: Rule = {
  id: 'target-port-unknown',
  severity: 'error',
  summary: 'The targetPort of a Service is a port of its pods',
  *check({ cluster }) {
    for (const service of cluster.ofKind('Service')) {
      const workloads = cluster.workloads.filter(({ services }) => services.includes(service));
      // Without an address of its own a Service translates no ports.
      if (workloads.length === 0 || service.root.at('spec', 'clusterIP').text === 'None') continue;
      for (const port of service.root.at('spec', 'ports').items) yield* reportsOn(port, service, workloads);
    }
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
    remedy: `targetPort: ${known[0]?.name ?? known[0]?.number ?? 3000}`,
  };
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
  return number === undefined ? portsOf(workload).some(({ name }) => name === text) : mayListen(workload, number);
}

/** Ports need not be declared: only a list of others, and no word of the service itself, speaks against a number. */
function mayListen(workload: Workload, number: number): boolean {
  const { main, settings } = workload;
  const declared = portsOf(workload);
  const own = [settings.server.port, settings.probePort, Number(main.variable('PORT')?.text)];
  return main.ports.length === 0 || own.includes(number) || declared.some((one) => one.number === number);
}

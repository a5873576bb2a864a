import { type ProbeName, probeOf } from './probe.js';
import { type ServiceSettings } from '../settings/service-settings.js';
import { type Container } from './container.js';
import { type Workload } from './workload.js';

const NAMES: readonly ProbeName[] = ['readinessProbe', 'livenessProbe', 'startupProbe'];

/** What a probe of a service should ask, as a line to paste: by gRPC where its other probes do, on a port that it has. */
export function fittingQuestion(workload: Workload, path: 'ready' | 'live' | 'startup'): string {
  const { main, settings } = workload;
  const others = NAMES.map((name) => probeOf(main, name));
  const asksByGrpc = others.find(({ kind }) => kind === 'grpc');
  if (asksByGrpc !== undefined)
    return `grpc: { port: ${asksByGrpc.field.at('grpc', 'port').text ?? portOf(workload)} }`;
  const known = others.find(({ kind }) => kind === 'httpGet')?.field.at('httpGet', 'port').text;
  const port = settings.probePort ?? known ?? portOf(workload);
  return grpcPort(main, port) ?? byHttp(workload, path, port);
}

/** By HTTP. Of pages, and of what may not run Node, the path of this module is not even a guess. */
export function byHttp(
  { main, settings, doubt }: Workload,
  path: 'ready' | 'live' | 'startup',
  port: string | number,
): string {
  if (settings.healthPath !== undefined) return httpQuestion(settings, path, port);
  if (doubt !== undefined || servesPages(main)) return `httpGet: { path: /, port: ${port} }   # the path is a guess`;
  if (main.build?.isWithoutNest === true)
    return `httpGet: { path: /health/${path}, port: ${port} }   # the path is a guess: the service needs a route that answers it`;
  return httpQuestion(settings, path, port);
}

/** By what it is built from, or by the variables and the image of Next.js, Nuxt and the like. */
function servesPages({ build, variables, field }: Container): boolean {
  return (
    build?.isFrontEnd === true ||
    [...variables.keys()].some((name) => /^(?:NEXT|NUXT|REMIX|GATSBY|VITE)_/.test(name)) ||
    /(?:^|[/_-])(?:next(?:js)?|nuxt(?:js)?|remix|gatsby|sveltekit)(?:[-_:@]|$)/.test(field.at('image').text ?? '')
  );
}

/** A question by gRPC, at a port that is for it by its name or its number. */
export function grpcPort({ ports }: Container, port: string | number): string | undefined {
  const { name = '', number = Number(port) } =
    ports.find((one) => one.name === port || one.number === Number(port)) ?? {};
  const isOfGrpc = /grpc/i.test(name) || (number > 50_050 && number < 50_070);
  return isOfGrpc
    ? `grpc: { port: ${number} }   # needs grpc.health.v1, such as the package grpc-health-check`
    : undefined;
}

/** By HTTP, with a hint where no file and no setting shows the path. */
export function httpQuestion(
  { healthPath }: Pick<ServiceSettings, 'healthPath'>,
  path: 'ready' | 'live' | 'startup',
  port: string | number,
): string {
  const guess = healthPath === undefined ? '   # the path is a guess: that of health: true' : '';
  return `httpGet: { path: ${healthPath ?? '/health'}/${path}, port: ${port} }${guess}`;
}

/** The port that a Service sends requests to, by the name that the container gives it, or its number. */
export function portOf({ main, services, settings }: Workload): string | number {
  const sent = services.flatMap(({ root }) => root.at('spec', 'ports').items);
  const targets = sent.map((port) => (port.at('targetPort').exists ? port.at('targetPort') : port.at('port')).text);
  const isTarget = (value: string | number | undefined): boolean =>
    value !== undefined && targets.includes(String(value));
  const port = main.ports.find(({ name, number }) => isTarget(name) || isTarget(number)) ?? main.ports[0];
  const numbered = targets.find((text) => /^\d+$/.test(text ?? ''));
  return port?.name ?? port?.number ?? settings.server.port ?? main.variable('PORT')?.text ?? numbered ?? 3000;
}

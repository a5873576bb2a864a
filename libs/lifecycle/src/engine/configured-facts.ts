import { type ApplicationFacts } from '../configuration/application-facts.js';
import { NODE_ENV, isProduction, type ReadVariable } from '../platform/platform.js';
import { type Engine } from './engine.js';

/** Words of `NODE_ENV` for places whose configuration is not that of production, in a pod as well. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'development',
  'dev',
  'develop',
  'test',
  'testing',
  'ci',
  'local',
  'e2e',
]);

/** What the host knows of its application. */
export type HostFacts = Pick<ApplicationFacts, 'closesAtSignals' | 'probes'>;

/** What is known of an application when it starts. */
export function configuredFacts(engine: Engine, host: HostFacts, variable: ReadVariable): ApplicationFacts {
  const { resources, cors } = engine;
  return {
    ...host,
    variable,
    variableNames: Object.keys(process.env),
    isProduction: isProduction(variable) && !ELSEWHERE.has((variable(NODE_ENV) ?? '').trim().toLowerCase()),
    clients: resources.configurations(),
    corsFor: (origin) =>
      cors.allowedTo(origin)?.then((headers) => ({
        allowedOrigin: headers['Access-Control-Allow-Origin'],
        withCredentials: headers['Access-Control-Allow-Credentials'] === 'true',
      })),
  };
}

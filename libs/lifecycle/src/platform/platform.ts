/** What a variable says, or `undefined`. */
export type ReadVariable = (name: string) => string | undefined;

/** What Node applications say of where they run. */
export const NODE_ENV = 'NODE_ENV';

/** Set by the platform in every container or process it runs: Kubernetes, ECS, Cloud Run, Nomad, Heroku. */
const ORCHESTRATOR_VARIABLES = [
  'KUBERNETES_SERVICE_HOST',
  'ECS_CONTAINER_METADATA_URI_V4',
  'ECS_CONTAINER_METADATA_URI',
  'K_SERVICE',
  'NOMAD_ALLOC_ID',
  'DYNO',
];

/** Whether routers send traffic here, which need time to take the service out. */
export function isProduction(read: ReadVariable): boolean {
  return read(NODE_ENV) === 'production' || ORCHESTRATOR_VARIABLES.some((name) => (read(name) ?? '') !== '');
}

/** Whether Kubernetes runs the service. */
export function isKubernetes(read: ReadVariable): boolean {
  return (read('KUBERNETES_SERVICE_HOST') ?? '') !== '';
}

/** The signals that start a shutdown unless the user says otherwise. Windows sends SIGBREAK on Ctrl-Break. */
export function defaultSignals(platform: NodeJS.Platform): readonly NodeJS.Signals[] {
  return platform === 'win32' ? ['SIGTERM', 'SIGINT', 'SIGBREAK'] : ['SIGTERM', 'SIGINT'];
}

import { type Field } from '../source/field.js';
import { type Neighbours } from '../source/neighbours.js';

/** Where else services run, and which of their files are read. */
export type Platform =
  | 'ecs'
  | 'cloud-run'
  | 'pm2'
  | 'systemd'
  | 'compose'
  | 'fly'
  | 'heroku'
  | 'nomad'
  | 'nomad-hcl'
  | 'dockerfile';

/** A file of a platform other than Kubernetes. */
export interface PlatformFile {
  readonly platform: Platform;
  /** What it is called in findings: `Compose file`. */
  readonly kind: string;
  /** The name of what is in it, where there is one. */
  readonly name: string;
  readonly template: string | undefined;
  /**
   * What it says. ECS, Cloud Run, PM2, Compose, Fly, Heroku and Nomad: as written; of a Nomad job in HCL nothing is read. systemd: sections, of options, of lists of values.
   * Dockerfile: `stages`, see {@link readDockerfile}.
   */
  readonly root: Field;
  /** The other files of platforms that are checked with it, such as the Dockerfile that it builds. */
  readonly beside?: readonly PlatformFile[] | undefined;
  /** What it names and is no file of a platform: env files, scripts, `package.json`. */
  readonly neighbours?: Neighbours | undefined;
}

/** Something that says more of a process, and that no file here has. */
export interface Missing {
  readonly at: Field;
  readonly kind: 'extended service' | 'env file' | 'variable';
  readonly name: string;
}

/** What files of a platform are called in findings. */
export const PLATFORM_NAMES: Readonly<Record<Platform, string>> = {
  ecs: 'ECS task definition',
  'cloud-run': 'Cloud Run service',
  pm2: 'PM2 application',
  systemd: 'systemd unit',
  compose: 'Compose file',
  fly: 'Fly app',
  heroku: 'Procfile process',
  nomad: 'Nomad task',
  'nomad-hcl': 'Nomad job',
  dockerfile: 'Dockerfile',
};

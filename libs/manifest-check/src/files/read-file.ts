import { type Resource, resourcesOf } from '../manifest/resource.js';
import { Field } from '../source/field.js';
import { refuseMany } from '../source/object-count.js';
import { Source, type TextFile } from '../source/source.js';
import { readYaml, type SourceDocument } from '../source/yaml-reader.js';
import { readDockerfile } from '../platforms/dockerfile-reader.js';
import { readJavaScript } from '../platforms/javascript-reader.js';
import { isOfGoogle } from '../platforms/of-google.js';
import { type Platform, PLATFORM_NAMES, type PlatformFile } from '../platforms/platform-file.js';
import { nomadJobOf } from '../platforms/nomad-tasks.js';
import { pm2ListOf } from '../platforms/pm2-list.js';
import { readProcfile } from '../platforms/procfile-reader.js';
import { readToml } from '../platforms/toml-reader.js';
import { readSystemd } from '../platforms/systemd-reader.js';

/** What a file turned out to be; both lists are empty for one that is none of our business. */
export interface ReadFile {
  readonly source: Source;
  /** Whether it was read as YAML, whose comments are known. */
  readonly isYaml: boolean;
  readonly resources: readonly Resource[];
  readonly platforms: readonly PlatformFile[];
}

/** @throws UnusableInput when it cannot be read */
export function readFile(file: TextFile): ReadFile {
  const source = new Source(file);
  const name = file.path.split(/[\\/]/).at(-1) ?? '';
  const ofPlatform = (platform: Platform, root: Field): ReadFile => ({
    source,
    isYaml: false,
    resources: [],
    platforms: [platformFile(platform, root)],
  });
  const byName = BY_NAME.find(({ pattern }) => pattern.test(name));
  if (byName !== undefined && !isJson(source, byName.platform)) return ofPlatform(byName.platform, byName.read(source));
  if (/\.(?:[cm]?[jt]s)$/.test(name)) {
    return PM2_NAME.test(name) || isPm2Text(source)
      ? ofPlatform('pm2', readJavaScript(source))
      : withoutObjects(source);
  }
  return NEIGHBOUR.test(name) ? withoutObjects(source) : readDocuments(source, name);
}

interface NamedFormat {
  readonly pattern: RegExp;
  readonly platform: Platform;
  readonly read: (source: Source) => Field;
}

/** Formats that a name is enough to tell. */
const BY_NAME: readonly NamedFormat[] = [
  {
    pattern: /(?:^|\.)(?:Dockerfile|Containerfile)(?:\.(?!dockerignore)|$)/i,
    platform: 'dockerfile',
    read: readDockerfile,
  },
  { pattern: /^fly(?:[.-].*)?\.toml$/, platform: 'fly', read: readToml },
  { pattern: /^Procfile(?:\.|$)/, platform: 'heroku', read: readProcfile },
  { pattern: /\.nomad(?:\.hcl)?$/, platform: 'nomad-hcl', read: readNothing },
  { pattern: /\.service$/, platform: 'systemd', read: readSystemd },
];

/** A job of Nomad may be in JSON under the same name. */
function isJson({ text }: Source, platform: Platform): boolean {
  return platform === 'nomad-hcl' && text.trimStart().startsWith('{');
}

function readNothing(source: Source): Field {
  const span = { start: 0, end: source.text.length };
  return Field.root(source, { kind: 'mapping', span, style: 'read-only', entries: new Map() });
}

/** Others name them: shell scripts, env files and `package.json` say nothing by themselves. */
const NEIGHBOUR = /\.(?:ba)?sh$|^\.env(?:\..*)?$|\.env$|^package\.json$/;

/** A file that has nothing to be checked by itself. */
export function withoutObjects(source: Source): ReadFile {
  return { source, isYaml: false, resources: [], platforms: [] };
}

function readDocuments(source: Source, name: string): ReadFile {
  const documents = readYaml(source);
  const resources = documents.flatMap(resourcesOf).filter(({ apiVersion }) => !apiVersion.startsWith(KNATIVE));
  refuseMany(source, resources.length);
  return {
    source,
    isYaml: true,
    resources,
    platforms: documents.flatMap((document) => {
      const platform = platformOf(document, name);
      return platform === undefined ? [] : [platformFile(platform, document.root, document.template)];
    }),
  };
}

/** PM2 takes a file of any name. Such a one has a list of applications with scripts, as configurations of other tools have not. */
function isPm2Text({ path, text }: Source): boolean {
  return /\.config\.[cm]?js$/.test(path) && /\bapps\b/.test(text) && /\bscript\s*['"]?\s*:/.test(text);
}

function isPm2Data(root: Field, name: string): boolean {
  const { items } = root.at('apps');
  return PM2_NAME.test(name) || (items.length > 0 && items.every((app) => app.at('script').text !== undefined));
}

const PM2_NAME = /^(?:ecosystem|pm2|process(?:es)?)\b/i;

const KNATIVE = 'serving.knative.dev/';

function platformOf({ root }: SourceDocument, name: string): Platform | undefined {
  if (root.at('apiVersion').text?.startsWith(KNATIVE) === true) return 'cloud-run';
  if (root.at('kind').exists) return undefined;
  const inJson = jsonPlatformOf(root);
  if (inJson !== undefined) return inJson;
  if (isCompose(root, name)) return 'compose';
  if (isPm2Data(root, name) && pm2ListOf(root).exists) return 'pm2';
  return undefined;
}

/** Compose and Swarm take a file of any name: `docker stack deploy -c orders.yml`. */
function isCompose(root: Field, name: string): boolean {
  const services = root.at('services');
  if (/(?:^|[.-])compose(?:[.-].*)?\.ya?ml$/.test(name)) return services.exists || root.at('include').exists;
  const all = services.entries.map(([, service]) => service);
  const hasImages = all.some((service) => service.at('image').text !== undefined || service.at('build').exists);
  const isOfCompose = root.entries.every(([key]) => OF_COMPOSE.test(key));
  return hasImages && isOfCompose && all.every(({ value }) => value?.kind === 'mapping') && !/^values/i.test(name);
}

const OF_COMPOSE = /^(?:version|name|services|networks|volumes|configs|secrets|models|include|x-.*)$/;

function jsonPlatformOf(root: Field): Platform | undefined {
  if (root.at('containerDefinitions').exists || root.at('taskDefinition', 'containerDefinitions').exists) return 'ecs';
  return nomadJobOf(root).at('TaskGroups').items.length > 0 ? 'nomad' : undefined;
}

function platformFile(platform: Platform, root: Field, template?: string): PlatformFile {
  const name = [
    root.at('metadata', 'name'),
    root.at('family'),
    root.at('app'),
    nomadJobOf(root).at('ID'),
    root.at('name'),
  ].find(({ exists }) => exists)?.text;
  return { platform, kind: kindOf(platform, root), name: name ?? '', template, root };
}

/** Cloud Run and Knative share their documents. */
function kindOf(platform: Platform, root: Field): string {
  return platform === 'cloud-run' && !isOfGoogle(root) ? 'Knative Service' : PLATFORM_NAMES[platform];
}

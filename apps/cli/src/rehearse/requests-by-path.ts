import { type Field, type Workload } from 'nestjs-lifecycle-manifest-check';
import { parseRequest, type RequestKind } from 'nestjs-lifecycle-rollout';

/** The beginning of the paths that an Ingress leads to a workload; everything where something else leads there. */
export function pathsOf({ ingresses, routes, services }: Workload): readonly string[] {
  const names = new Set(services.map(({ name }) => name));
  const isOwn = (backend: Field): boolean =>
    names.has(backend.at('service', 'name').text ?? backend.at('serviceName').text ?? '');
  const written = ingresses.flatMap(({ root }) => {
    const spec = root.at('spec');
    const rules = spec.at('rules').items.flatMap((rule) => rule.at('http', 'paths').items);
    const own = rules.filter((rule) => isOwn(rule.at('backend'))).map((rule) => rule.at('path').text ?? '/');
    return isOwn(spec.at('defaultBackend')) ? [...own, '/'] : own;
  });
  const paths = written.map((path) => withoutPattern(path));
  return [...new Set(routes.length > 0 || paths.length === 0 ? [...paths, '/'] : paths)];
}

/** `/orders(/|$)(.*)`, as ingress-nginx takes it, begins with `/orders`. */
function withoutPattern(path: string): string {
  const plain = path.replace(/[([*^$\\|].*$/s, '').replace(/\/+$/, '');
  return plain.startsWith('/') ? plain : '/';
}

/** One that clients reach, and by which paths. */
export interface Front {
  readonly name: string;
  readonly paths: readonly string[];
}

/** Which requests go to which of several, and what is to be said of that. */
export interface SharedRequests {
  /** Those that get requests. */
  readonly requests: ReadonlyMap<string, readonly RequestKind[]>;
  readonly notes: readonly string[];
}

/**
 * Shares requests out as the Ingress does: each goes to the one with the longest path that it begins with. Where none is written, each is asked for its own path. What no path
 * fits goes to all: a rewrite may have changed it.
 */
export function shareRequests(fronts: readonly Front[], written: readonly RequestKind[] | undefined): SharedRequests {
  if (written === undefined) {
    return {
      requests: new Map(fronts.map(({ name, paths }) => [name, [parseRequest(`GET ${shortest(paths)}`)]])),
      notes: [],
    };
  }
  const shared = fronts.map((front) => {
    const own = written.filter((kind) => {
      const best = longestFor(fronts, kind.path);
      return best === 0 || fits(front, kind.path) === best;
    });
    return [front.name, own] as const;
  });
  const idle = fronts.filter(({ name }) => shared.some(([other, own]) => other === name && own.length === 0));
  return {
    requests: new Map(shared.filter(([, own]) => own.length > 0)),
    notes: idle.map(
      ({ name, paths }) =>
        `No request goes to ${name}, to which an Ingress leads ${paths.join(', ')}: write one, as in --request 'GET ${shortest(paths)}'.`,
    ),
  };
}

function longestFor(fronts: readonly Front[], path: string): number {
  return Math.max(...fronts.map((front) => fits(front, path)));
}

/** The length of the longest path of it that the request begins with; 0 for none. */
function fits({ paths }: Front, path: string): number {
  const [place = ''] = path.split('?');
  return Math.max(
    0,
    ...paths.filter((one) => one === '/' || place === one || place.startsWith(`${one}/`)).map(({ length }) => length),
  );
}

function shortest(paths: readonly string[]): string {
  return paths.toSorted((a, b) => a.length - b.length)[0] ?? '/';
}

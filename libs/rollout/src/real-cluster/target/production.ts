import { type Access } from '../api/access.js';

/** `prod`, `production`, `prd` and `live` as words of their own, as in `shop-prod` or `prod.eu-west-1`. */
const PRODUCTION = /(?:^|[^a-z])(?:prod|production|prd|live)(?:[^a-z]|$)/i;

/** What of a context looks like production, as in `the context shop-prod`; `undefined` where nothing does. */
export function productionSign({ context, cluster, server }: Access, namespace: string): string | undefined {
  const names: readonly (readonly [string, string])[] = [
    ['context', context],
    ['cluster', cluster],
    ['namespace', namespace],
    ['server', server.hostname],
  ];
  const found = names.find(([, name]) => PRODUCTION.test(name));
  return found && `the ${found[0]} ${found[1]}`;
}

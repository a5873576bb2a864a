import express from 'express';
import { expressRoutes, lookAtLengthFirst } from './express-routes.js';

interface Layer {
  match(path: unknown): unknown;
}

/** The layers of an application with these routes. */
function layersWith(paths: readonly string[]): [unknown, Layer[]] {
  const app = express();
  for (const path of paths) app.get(path, (_request, response) => void response.end());
  // Of the router's own kind.
  return [app, app.router.stack as unknown as Layer[]];
}

describe('routes whose length is looked at first', () => {
  const ASKED = [
    '/health/live',
    '/health/live/',
    '/HEALTH/Live',
    '/health/live//',
    '/health/lives',
    '/health',
    '/',
    '',
  ];

  it.each(['/health/live', '/health/live/', '/:any/live', '/health{/live}'])('match the same for %s', (path) => {
    const [, [plain]] = layersWith([path]);
    const [app, [layer]] = layersWith([path]);
    const before = ASKED.map((asked) => Boolean(plain?.match(asked)));
    lookAtLengthFirst(app, new Set(expressRoutes(app)));
    expect(ASKED.map((asked) => Boolean(layer?.match(asked)))).toEqual(before);
    expect(layer?.match(undefined)).toBe(false);
  });

  it('leaves other routes alone, and patterns', () => {
    const [app, layers] = layersWith(['/health', '/orders', '/:id']);
    const [exact, , pattern] = expressRoutes(app);
    lookAtLengthFirst(app, new Set([exact ?? {}, pattern ?? {}]));
    expect(layers.map((layer) => Object.hasOwn(layer, 'match'))).toEqual([true, false, false]);
  });
});

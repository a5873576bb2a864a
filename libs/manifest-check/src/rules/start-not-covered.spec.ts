import { deployment, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'start-not-covered';
const ask = { httpGet: { path: '/health/live', port: 3000 } };

function probed(
  livenessProbe: Readonly<Record<string, number>> | null,
  startupProbe?: Readonly<Record<string, number>>,
) {
  return deployment({
    container: {
      ...(livenessProbe !== null && { livenessProbe: { ...ask, ...livenessProbe } }),
      ...(startupProbe !== undefined && { startupProbe: { ...ask, ...startupProbe } }),
    },
  });
}

describe('start-not-covered', () => {
  it.each([
    ['no probe that restarts', probed(null)],
    ['the defaults', probed({})],
    ['a delay', probed({ periodSeconds: 2, initialDelaySeconds: 24 })],
    ['a startup probe that is patient', probed({ periodSeconds: 1 }, { failureThreshold: 30, periodSeconds: 1 })],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['liveness that is not patient', probed({ periodSeconds: 5 }), 15],
    ['a startup probe that is not', probed({}, { failureThreshold: 5, periodSeconds: 1 }), 5],
    ['one of them without liveness', probed(null, { failureThreshold: 29, periodSeconds: 1 }), 29],
  ])('fails %s', (_what, text, seconds) => {
    expect(messagesOf(rule, [text])).toEqual([
      `the container is restarted when it has not started within ${seconds}s, and a start may take 30s (assumed)`,
    ]);
  });

  it('believes a measured start', () => {
    expect(messagesOf(rule, [probed({ periodSeconds: 5 })], { facts: { bootMs: 15_000 } })).toEqual([]);
    expect(messagesOf(rule, [probed({})], { facts: { bootMs: 31_000 } })).toEqual([
      'the container is restarted when it has not started within 30s, and a start may take 31s',
    ]);
  });
});

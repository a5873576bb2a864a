import { findingsOf, fixedBy, type Json, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'ecs-stop-timeout';

function task(container: Readonly<Record<string, Json>>, ...others: readonly Json[]): string {
  const orders = { name: 'orders', image: 'orders:1', ...container };
  return JSON.stringify({ family: 'orders', containerDefinitions: [orders, ...others] }, undefined, 2);
}

function onFargate(text: string): string {
  return text.replace('"family"', '"requiresCompatibilities": ["FARGATE"], "family"');
}

function granted(value: string): Json {
  return [{ name: 'SHUTDOWN_GRACE_PERIOD', value }];
}

describe('ecs-stop-timeout', () => {
  it.each([
    ['the default', task({})],
    ['enough', task({ environment: granted('60s'), stopTimeout: 60 })],
    ['a sidecar that is killed early', task({}, { name: 'agent', image: 'agent:1', stopTimeout: 2 })],
    ['a container that may end', task({ environment: granted('60s'), essential: false })],
    ['a short time that the service knows of', task({ environment: granted('10s'), stopTimeout: 10 })],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['less than the service plans with', task({ stopTimeout: 5 }), 'margin 500ms = 28.5s, but ECS waits 5s'],
    ['the default', task({ environment: granted('60s') }), 'but ECS waits 30s (the default)'],
    ['as much as ECS gives', task({ environment: granted('120s') }), 'but ECS waits 30s (the default)'],
    [
      'a description of a task',
      JSON.stringify({ taskDefinition: JSON.parse(task({ stopTimeout: 5 })) as Json }),
      'ECS waits 5s',
    ],
  ])('fails %s, and has a fix', (_what, text, message) => {
    expect(messagesOf(rule, [text])).toEqual([expect.stringContaining(message)]);
    expect(messagesOf(rule, [fixedBy(rule, [text])])).toEqual([]);
  });

  it('has no fix for more than ECS gives', () => {
    const text = task({ environment: granted('300s') });
    expect(messagesOf(rule, [text])).toHaveLength(1);
    expect(fixedBy(rule, [text])).toBe(text);
  });

  describe('with more than Fargate takes', () => {
    const refused = 'stopTimeout is 180 s, but Fargate takes 120 s at most';

    it.each([
      ["on instances of one's own", onFargate(task({ stopTimeout: 180 })).replace('FARGATE', 'EC2')],
      ['where no launch type is said', task({ stopTimeout: 180 })],
      ['when it is just what Fargate takes', onFargate(task({ stopTimeout: 120 }))],
    ])('passes %s', (_what, text) => {
      expect(messagesOf(rule, [text])).toEqual([]);
    });

    it.each([
      ['the service', onFargate(task({ stopTimeout: 180 }))],
      ['a sidecar', onFargate(task({}, { name: 'agent', image: 'agent:1', stopTimeout: 180 }))],
      ['a description', JSON.stringify({ taskDefinition: JSON.parse(onFargate(task({ stopTimeout: 180 }))) as Json })],
    ])('fails %s, and has a fix', (_what, text) => {
      expect(messagesOf(rule, [text])).toEqual([refused]);
      expect(fixedBy(rule, [text])).toBe(text.replace('180', '120'));
    });

    it('fails once where the service plans with as much, and leaves the choice to people', () => {
      const text = onFargate(task({ environment: granted('300s'), stopTimeout: 180 }));
      expect(findingsOf(rule, [text])).toMatchObject([
        {
          message: refused,
          severity: 'error',
          remedy: expect.stringContaining('SHUTDOWN_GRACE_PERIOD=120s') as string,
        },
      ]);
      expect(fixedBy(rule, [text])).toBe(text);
    });
  });
});

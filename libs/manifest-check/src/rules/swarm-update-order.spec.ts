import { fileNamed, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'swarm-update-order';

function deployed(deploy: string): string {
  return fileNamed('compose.yaml', 'services:', `  api: { image: shop/api, command: node main.js, deploy: ${deploy} }`);
}

describe('swarm-update-order', () => {
  it.each([
    ['no update_config', '{ replicas: 2 }'],
    ['new tasks first', '{ replicas: 1, update_config: { parallelism: 0, order: start-first } }'],
    ['one of two', '{ replicas: 2, update_config: { parallelism: 1 } }'],
    ['a task on every node', '{ mode: global, update_config: { parallelism: 1 } }'],
  ])('passes %s', (_what, deploy) => {
    expect(messagesOf(rule, [deployed(deploy)])).toEqual([]);
  });

  it.each([
    [
      'all of them',
      '{ replicas: 3, update_config: { parallelism: 0 } }',
      'an update stops all 3 tasks at once (parallelism 0) before',
    ],
    [
      'as many as there are',
      '{ replicas: 2, update_config: { parallelism: 2, order: stop-first } }',
      'an update stops all 2 tasks at once (parallelism 2) before',
    ],
    ['the only one', '{ update_config: { failure_action: rollback } }', 'an update stops the only task before'],
  ])('fails %s', (_what, deploy, message) => {
    expect(messagesOf(rule, [deployed(deploy)])).toEqual([expect.stringContaining(message)]);
  });
});

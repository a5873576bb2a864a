import { deployment, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'strategy-recreate';
const recreate = deployment({ spec: { strategy: { type: 'Recreate' } } });

describe('strategy-recreate', () => {
  it('passes a rolling update, and a worker that may not run twice', () => {
    expect(messagesOf(rule, [deployment(), service()])).toEqual([]);
    expect(messagesOf(rule, [recreate])).toEqual([]);
  });

  it('fails a service that gets requests', () => {
    expect(messagesOf(rule, [recreate, service()])).toEqual(['the strategy is Recreate']);
  });
});

import { deployment, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'update-on-delete';

function updated(kind: string, updateStrategy = {}): string {
  return deployment({ spec: { updateStrategy } }).replace('"Deployment"', `"${kind}"`);
}

describe('update-on-delete', () => {
  it('passes rolling updates, workers and Deployments', () => {
    expect(messagesOf(rule, [updated('StatefulSet'), service()])).toEqual([]);
    expect(messagesOf(rule, [updated('DaemonSet', { type: 'RollingUpdate' }), service()])).toEqual([]);
    expect(messagesOf(rule, [updated('DaemonSet', { type: 'OnDelete' })])).toEqual([]);
    expect(messagesOf(rule, [updated('Deployment', { type: 'OnDelete' }), service()])).toEqual([]);
  });

  it.each(['StatefulSet', 'DaemonSet'])('fails a %s with OnDelete', (kind) => {
    expect(messagesOf(rule, [updated(kind, { type: 'OnDelete' }), service()])).toEqual([
      'the update strategy is OnDelete',
    ]);
  });
});

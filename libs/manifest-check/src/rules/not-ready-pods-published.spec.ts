import { deployment, fixedBy, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'not-ready-pods-published';
const published = service({ publishNotReadyAddresses: true });

describe('not-ready-pods-published', () => {
  it.each([
    ['the default', [deployment(), service()]],
    ['false', [deployment(), service({ publishNotReadyAddresses: false })]],
    ['peers that find each other', [deployment(), service({ publishNotReadyAddresses: true, clusterIP: 'None' })]],
    ['a Service of other pods', [deployment(), service({ publishNotReadyAddresses: true, selector: { app: 'b' } })]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it('fails a Service that requests come by, and has a fix', () => {
    const files = [published, deployment()];
    expect(messagesOf(rule, files)).toEqual(['publishNotReadyAddresses is true']);
    const fixed = fixedBy(rule, files);
    expect(fixed).toContain('"publishNotReadyAddresses": false');
    expect(messagesOf(rule, [fixed, deployment()])).toEqual([]);
  });
});

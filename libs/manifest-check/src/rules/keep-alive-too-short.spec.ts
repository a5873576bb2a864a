import { deployment, ingress, messagesOf, service } from '../../../../test/support/manifests.js';
import { printedBy } from '../../../../test/support/printed-settings.js';
import { type PrintedSettings } from '../settings/printed-settings.js';

const rule = 'keep-alive-too-short';

function printed(keepAliveTimeoutMs: number | undefined): { readonly settings: PrintedSettings } {
  return { settings: printedBy(keepAliveTimeoutMs === undefined ? {} : { server: { keepAliveTimeoutMs } }) };
}

describe('keep-alive-too-short', () => {
  const behindAlb = [deployment(), service(), ingress('alb')];

  it.each([
    ['a server that keeps them longer', behindAlb, 65_000],
    ['a server that keeps them for ever', behindAlb, 0],
    ['a server that has not said', behindAlb, undefined],
    ['kube-proxy, which keeps none of its own', [deployment(), service()], 5000],
    ['an unknown balancer', [deployment(), service(), ingress('own')], 5000],
  ])('passes %s', (_what, texts, ms) => {
    expect(messagesOf(rule, texts, printed(ms))).toEqual([]);
  });

  it.each([
    ['alb', 64_999, 60],
    ['nginx', 5000, 60],
    ['gce', 120_000, 600],
    ['istio', 72_000, 3600],
  ])('fails a server that gives up before %s', (className, ms, seconds) => {
    expect(messagesOf(rule, [deployment(), service(), ingress(className)], printed(ms))).toEqual([
      expect.stringMatching(new RegExp(`keeps them for ${seconds}s$`)),
    ]);
  });
});

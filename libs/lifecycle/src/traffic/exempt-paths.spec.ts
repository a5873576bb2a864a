import { ExemptPaths } from './exempt-paths.js';

describe('ExemptPaths', () => {
  const paths = new ExemptPaths({ own: ['/_lifecycle/ready'], listed: ['/status', '/admin/*', '/a.b'] });
  const isExempt = (url: string, method = 'GET'): boolean => paths.includes({ url, method });

  it.each([
    '/health',
    '/health/',
    '/health?full=1',
    '/health/live',
    '/health/ready',
    '/health/startup?x',
    '/healthz',
    '/livez',
    '/readyz',
    '/metrics',
    '/_lifecycle/ready',
    '/status',
    '/status/?a=/b',
    '/admin',
    '/admin/',
    '/admin/jobs/7?x',
    '/a.b',
  ])('covers %s', (url) => {
    expect(isExempt(url)).toBe(true);
  });

  it.each([
    '/',
    '',
    '*',
    '/healthy',
    '/health/records',
    '/healthcare/records',
    '/orders/health',
    '/orders?next=/health',
    '/Health',
    '/metrics-of-orders',
    '/status/7',
    '/administrators',
    '/aXb',
  ])('does not cover %p', (url) => {
    expect(isExempt(url)).toBe(false);
  });

  it('covers probes only for what reads: whoever posts there means something else', () => {
    expect(isExempt('/health', 'HEAD')).toBe(true);
    expect(isExempt('/health', 'POST')).toBe(false);
    expect(isExempt('/metrics', 'DELETE')).toBe(false);
  });

  it('covers what is listed whatever the method', () => {
    expect(isExempt('/status', 'POST')).toBe(true);
    expect(isExempt('/admin/jobs', 'DELETE')).toBe(true);
  });

  it('covers a root that is listed, and nothing else by it', () => {
    const root = new ExemptPaths({ own: [], listed: ['/'] });
    expect(root.includes({ url: '/', method: 'GET' })).toBe(true);
    expect(root.includes({ url: '/orders', method: 'GET' })).toBe(false);
  });
});

import { DEFAULT_EXEMPT } from '../../options/exempt-option.js';
import { ExemptPaths } from './exempt-paths.js';

describe('ExemptPaths', () => {
  const paths = new ExemptPaths({
    ...DEFAULT_EXEMPT,
    own: ['/_lifecycle/ready'],
    listed: ['/status', '/admin/*', '/a.b'],
  });
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

  it('covers probes only for methods that read: a POST there is a request like any other', () => {
    expect(isExempt('/health', 'HEAD')).toBe(true);
    expect(isExempt('/health', 'POST')).toBe(false);
    expect(isExempt('/metrics', 'DELETE')).toBe(false);
  });

  it('covers what is listed whatever the method', () => {
    expect(isExempt('/status', 'POST')).toBe(true);
    expect(isExempt('/admin/jobs', 'DELETE')).toBe(true);
  });

  it('covers everything where everything is listed', () => {
    const everything = new ExemptPaths({ ...DEFAULT_EXEMPT, own: [], listed: ['/*'] });
    expect(everything.includes({ url: '/orders/7', method: 'POST' })).toBe(true);
    expect(everything.includes({ url: '/', method: 'GET' })).toBe(true);
  });

  it('covers a root that is listed, and nothing else by it', () => {
    const root = new ExemptPaths({ ...DEFAULT_EXEMPT, own: [], listed: ['/'] });
    expect(root.includes({ url: '/', method: 'GET' })).toBe(true);
    expect(root.includes({ url: '/orders', method: 'GET' })).toBe(false);
  });

  describe('with some that are waited for after all', () => {
    const own = ['/health/live', '/health/ready', '/health/startup'];
    const some = new ExemptPaths({
      ...DEFAULT_EXEMPT,
      own,
      listed: ['/admin/*'],
      except: ['/metrics', '/admin/import', '/health/*'],
    });
    some.add(['/socket.io/*']);

    it.each([
      ['GET', '/metrics'],
      ['HEAD', '/metrics/?name[]=up'],
      ['GET', '/admin/import'],
      ['POST', '/admin/import?x'],
      ['GET', '/health'],
      ['GET', '/health?full'],
      ['GET', '/socket.io/?EIO=4&transport=polling'],
      ['GET', '/orders?sid=1'],
    ])('does not cover %s %s', (method, url) => {
      expect(some.includes({ url, method })).toBe(false);
    });

    it.each([
      ['GET', '/healthz'],
      ['GET', '/admin'],
      ['POST', '/admin/import/7'],
      ['GET', '/health/ready'],
      ['HEAD', '/health/live'],
      ['POST', '/socket.io/?EIO=4&transport=polling&sid=1'],
      ['GET', '/socket.io/?sid=1'],
    ])('still covers %s %s', (method, url) => {
      expect(some.includes({ url, method })).toBe(true);
    });

    it('keeps what is ours, and what is added at boot, when nothing else is exempt', () => {
      const none = new ExemptPaths({ ...DEFAULT_EXEMPT, own, listed: [], except: ['/*'] });
      none.add(['/socket.io/*']);
      const isExempt = (url: string): boolean => none.includes({ url, method: 'GET' });
      expect(['/health', '/metrics', '/healthz'].map(isExempt)).toEqual([false, false, false]);
      expect(['/health/ready', '/socket.io/?sid=1'].map(isExempt)).toEqual([true, true]);
      expect(none.includes({ url: '/health/ready', method: 'POST' })).toBe(false);
    });
  });
});

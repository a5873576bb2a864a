import { defaultSignals, isProduction } from './platform.js';

const environment =
  (variables: Readonly<Record<string, string>>) =>
  (name: string): string | undefined =>
    variables[name];

describe('isProduction', () => {
  it.each([
    [{ NODE_ENV: 'production' }],
    [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
    [{ ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/1' }],
    [{ ECS_CONTAINER_METADATA_URI: 'http://169.254.170.2/v3/1' }],
    [{ K_SERVICE: 'orders' }],
    [{ NOMAD_ALLOC_ID: '8a7b' }],
    [{ DYNO: 'web.1' }],
    [{ NODE_ENV: 'development', KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
  ])('is where %j', (variables) => {
    expect(isProduction(environment(variables))).toBe(true);
  });

  it.each([[{}], [{ NODE_ENV: 'development' }], [{ NODE_ENV: 'test' }], [{ KUBERNETES_SERVICE_HOST: '' }]])(
    'is not where %j',
    (variables) => {
      expect(isProduction(environment(variables))).toBe(false);
    },
  );
});

describe('defaultSignals', () => {
  it('hears what Ctrl-C, Kubernetes and, on Windows, Ctrl-Break send', () => {
    expect(defaultSignals('linux')).toEqual(['SIGTERM', 'SIGINT']);
    expect(defaultSignals('darwin')).toEqual(['SIGTERM', 'SIGINT']);
    expect(defaultSignals('win32')).toEqual(['SIGTERM', 'SIGINT', 'SIGBREAK']);
  });
});

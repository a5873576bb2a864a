import { defaultPlan } from './default-plan.js';

describe('defaultPlan', () => {
  it('asks the root, or the paths it is given, each as often', () => {
    expect(defaultPlan().kinds.map(({ name }) => name)).toEqual(['GET /']);
    const plan = defaultPlan({ paths: ['/a', '/b'] });
    expect(plan.kinds).toMatchObject([
      { name: 'GET /a', weight: 1, transport: 'http1' },
      { name: 'GET /b', weight: 1 },
    ]);
  });
});

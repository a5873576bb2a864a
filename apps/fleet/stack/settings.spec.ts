import { SettingsError } from './setting-kinds.js';
import { Settings } from './settings.js';

function read(variables: Readonly<Record<string, string>>): Settings {
  return Settings.read((name) => variables[name]);
}

function problemsOf(variables: Readonly<Record<string, string>>): readonly string[] {
  try {
    read(variables);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('the settings', () => {
  it('have defaults for a machine without servers', () => {
    const { cost, health, shutdown, limits } = read({});
    expect(cost).toEqual({ isEnabled: true, dailyBudget: 0.5, warningThreshold: 0.8, criticalThreshold: 0.9 });
    expect(health).toEqual({ isEnabled: true, interval: '30s', historySize: 100, anomalyThreshold: 0.8 });
    expect(shutdown).toEqual({ gracePeriod: '30s' });
    expect(limits).toEqual({ perUser: 100, perIp: 1000, uploadBytes: 5_000_000 });
  });

  it('are typed, and an empty variable is one that is not set', () => {
    const { variables, shutdown, cors } = read({
      PORT: '',
      HEALTH_ENABLED: 'false',
      SHUTDOWN_GRACE_PERIOD: '40',
      SHUTDOWN_PROBE_PORT: '9000',
      CORS_ORIGINS: 'https://a.example,https://b.example',
    });
    expect(variables.PORT).toBe(3000);
    expect(variables.HEALTH_ENABLED).toBe(false);
    expect(shutdown).toEqual({ gracePeriod: '40s', probePort: 9000 });
    expect(cors.origins).toEqual(['https://a.example', 'https://b.example']);
  });

  it('tell every problem of every group at once', () => {
    const problems = problemsOf({
      HEALTH_HISTORY_SIZE: '3',
      COST_DAILY_BUDGET: 'much',
      SHUTDOWN_GRACE_PERIOD: 'soon',
      PORT: '70000',
    });
    expect(problems.map((line) => line.split(' ', 1)[0])).toEqual([
      'PORT',
      'COST_DAILY_BUDGET',
      'HEALTH_HISTORY_SIZE',
      'SHUTDOWN_GRACE_PERIOD',
    ]);
    expect(problems).toContain('SHUTDOWN_GRACE_PERIOD is "soon": it must be a duration such as 5s');
  });

  it('compare what belongs together', () => {
    expect(problemsOf({ COST_WARNING_THRESHOLD: '0.95' })).toEqual([
      'COST_CRITICAL_THRESHOLD is "": it must be more than COST_WARNING_THRESHOLD',
    ]);
    expect(problemsOf({ NATS_URL: 'nats://a:4222', RABBITMQ_URL: 'amqp://a' })).toEqual([
      'NATS_URL: messages go over one broker: set RABBITMQ_URL or NATS_URL, not both',
    ]);
  });

  it('repeat no secret and no address with a password', () => {
    const text = problemsOf({ JWT_SECRET: 'hunter2', REDIS_URL: 'http://me:hunter2@cache' }).join('\n');
    expect(text).toContain('JWT_SECRET: it must have at least 32 characters');
    expect(text).toContain('REDIS_URL: ');
    expect(text).not.toContain('hunter2');
  });
});

import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { loggedPath, withoutPersonalData } from './personal-data.js';
import { correlate, logOptions } from './request-log.js';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('what is logged', () => {
  it('has no addresses, tokens and card numbers in its texts', () => {
    const text = withoutPersonalData(
      `anna@example.com and bob%40example.com sent Bearer abc, ${TOKEN} and 4111 1111 1111 1111`,
    );
    expect(text).toBe('[redacted] and [redacted] sent Bearer [redacted], [redacted] and [redacted]');
  });

  it('keeps what is nobody’s', () => {
    const text = 'order 1234567 of 2026-11-30 took 12.5 ms at gateway-1';
    expect(withoutPersonalData(text)).toBe(text);
  });

  it('has paths without their queries', () => {
    expect(loggedPath('/v1/users/anna@example.com?token=abc')).toBe('/v1/users/[redacted]');
    expect(loggedPath(undefined)).toBe('');
  });

  it('has no personal fields in its objects, at three levels', async () => {
    const output = new PassThrough();
    const logger = pino(logOptions('test', 'info'), output);
    const person = { email: 'anna@example.com', password: 'hunter2', phone: '0123' };
    logger.info(
      { ...person, user: person, request: { headers: { authorization: 'hunter2' }, user: person } },
      'hi anna@example.com',
    );
    const line = String(output.read());
    expect(line).not.toMatch(/hunter2|anna|0123/);
    expect(line).toContain('hi [redacted]');
  });
});

describe('the id of a request', () => {
  const response = () => {
    const headers: Record<string, string> = {};
    return { headers, setHeader: (name: string, value: string) => void (headers[name] = value) };
  };
  const idOf = (given?: string) => {
    const request = { id: 'req-1', headers: { ...(given !== undefined && { 'x-request-id': given }) } };
    const answered = response();
    let hasGoneOn = false;
    // Of both only these members are used.
    correlate(request as never, answered as never, () => (hasGoneOn = true));
    return { id: request.id, request, answered, hasGoneOn };
  };

  it('is the one that it came with, handed on and answered', () => {
    const { id, request, answered, hasGoneOn } = idOf('abcdef-123456');
    expect(hasGoneOn).toBe(true);
    expect(id).toBe('abcdef-123456');
    expect(request.headers).toEqual({ 'x-request-id': id });
    expect(answered.headers).toEqual({ 'x-request-id': id });
  });

  it.each(['short', 'with space and\nline', 'x'.repeat(65), undefined])('is a new one in place of %j', (given) => {
    const { id, request } = idOf(given);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(request.headers).toEqual({ 'x-request-id': id });
  });
});

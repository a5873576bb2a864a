import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type CorrelationId } from '../../options/graceful-shutdown-options.js';
import { RequestNames } from './request-name.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('RequestNames', () => {
  let errors: unknown[];

  beforeEach(() => {
    errors = [];
  });

  function nameOf(headers: Record<string, string>, find?: CorrelationId) {
    const request = Object.assign(new IncomingMessage(new Socket()), {
      method: 'POST',
      url: '/orders/7?card=4111',
      headers,
      route: { path: '/orders/:id' },
    });
    return new RequestNames(find, (_name, error) => errors.push(error)).nameOf(new ServerResponse(request));
  }

  it('is the method and the route, never the path or the query', () => {
    expect(nameOf({})).toEqual({ name: 'POST /orders/:id', method: 'POST', route: '/orders/:id' });
  });

  it('carries the request id', () => {
    expect(nameOf({ 'x-request-id': 'b7-c3' })).toMatchObject({ correlationId: 'b7-c3' });
  });

  it('carries the trace id otherwise', () => {
    expect(nameOf({ traceparent: TRACEPARENT })).toMatchObject({ correlationId: '4bf92f3577b34da6a3ce929d0e0e4736' });
    expect(nameOf({ 'x-request-id': 'b7-c3', traceparent: TRACEPARENT })).toMatchObject({ correlationId: 'b7-c3' });
  });

  it.each([
    ['over several lines', { 'x-request-id': 'a\nforged: line' }],
    ['empty', { 'x-request-id': '' }],
    ['with spaces', { 'x-request-id': 'a b' }],
    ['endless', { 'x-request-id': 'x'.repeat(129) }],
    ['no traceparent', { traceparent: '00-4bf92f-00f067aa0ba902b7-01' }],
  ])('has no id that is %s', (_what, headers) => {
    expect(nameOf(headers)).not.toHaveProperty('correlationId');
  });

  it('asks the function of the options, and only that', () => {
    const find: CorrelationId = ({ headers }) => headers['x-amzn-trace-id']?.toString();
    expect(nameOf({ 'x-amzn-trace-id': 'Root=1-2' }, find)).toMatchObject({ correlationId: 'Root=1-2' });
    expect(nameOf({ 'x-request-id': 'b7-c3' }, find)).not.toHaveProperty('correlationId');
  });

  it('goes without an id when the function throws, and says so once', () => {
    const names = new RequestNames(
      () => {
        throw new Error('no tenant');
      },
      (_name, error) => errors.push(error),
    );
    const request = new IncomingMessage(new Socket());
    expect(names.correlationIdOf(request)).toBeUndefined();
    expect(names.correlationIdOf(request)).toBeUndefined();
    expect(errors).toEqual([new Error('no tenant')]);
  });
});

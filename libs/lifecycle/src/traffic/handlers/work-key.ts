import { IncomingMessage } from 'node:http';
import { type ExecutionContext } from '@nestjs/common';
import { messageKeyOf } from '../messages/message-call.js';
import { responseTo } from '../http/connection.js';
import { rawResponse } from '../wire/raw-response.js';
import { rememberRoute } from '../http/route.js';
import { isObject } from '../../errors/foreign-value.js';

/** The index of the query's context among a resolver's arguments: (root, args, context, info). */
const GRAPHQL_CONTEXT = 2;
const GRAPHQL_INFO = 3;

/**
 * The object that identifies a handler's work: the raw response, the WebSocket client, or the context of the message.
 */
export function workKeyOf(context: ExecutionContext): object | undefined {
  const type = context.getType<'http' | 'ws' | 'rpc' | 'graphql'>();
  if (type === 'rpc') return messageKeyOf(context.getArgs<unknown[]>());
  if (type === 'ws') return asObject(context.switchToWs().getClient<unknown>());
  return answerOf(context);
}

/** Node's response to the request of a handler, if it has one. */
export function answerOf(context: ExecutionContext): object | undefined {
  const type = context.getType<'http' | 'ws' | 'rpc' | 'graphql'>();
  if (type === 'http') return httpResponse(context);
  return type === 'graphql' ? graphqlResponse(context.getArgByIndex<unknown>(GRAPHQL_CONTEXT)) : undefined;
}

/**
 * The operation that a resolver runs for, where it has no response of its own, as over a WebSocket: GraphQL makes an object of
 * variables for each execution, and gives it to all of its resolvers. Read in graphql 16.15.0.
 */
export function operationOf(context: ExecutionContext): object | undefined {
  if (context.getType<'http' | 'ws' | 'rpc' | 'graphql'>() !== 'graphql') return undefined;
  const info = context.getArgByIndex<unknown>(GRAPHQL_INFO);
  return isObject(info) ? asObject(info['variableValues']) : undefined;
}

/** The application makes the context. With Nest's own drivers it has Express' request or Fastify's reply. */
function graphqlResponse(context: unknown): object | undefined {
  const { req, res, reply }: Record<string, unknown> = isObject(context) ? context : {};
  const response =
    res ?? (isObject(reply) ? reply['raw'] : undefined) ?? (isObject(req) ? responseBehind(req) : undefined);
  return asObject(response);
}

/** A handler that is called through Nest's `ExternalContextCreator` has the type `http` without having a response. */
function httpResponse(context: ExecutionContext): object | undefined {
  const http = context.switchToHttp();
  const request = http.getRequest<unknown>();
  const response = http.getResponse<unknown>();
  if (!isObject(request) || !isObject(response)) return undefined;
  const raw = rawResponse(response);
  if (raw !== response) rememberRoute(request, raw);
  return raw;
}

/**
 * Express has the response on the request. Apollo on Fastify passes only Fastify's request, which has Node's request.
 */
function responseBehind(request: Record<string, unknown>): unknown {
  const { res, raw } = request;
  return res ?? (raw instanceof IncomingMessage ? responseTo(raw) : undefined);
}

function asObject(value: unknown): object | undefined {
  return isObject(value) ? value : undefined;
}

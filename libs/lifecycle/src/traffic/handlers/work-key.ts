import { IncomingMessage } from 'node:http';
import { type ExecutionContext } from '@nestjs/common';
import { messageKeyOf } from '../messages/message-call.js';
import { responseTo } from '../http/connection.js';
import { rawResponse } from '../wire/raw-response.js';
import { rememberRoute } from '../http/route.js';
import { isObject } from '../../errors/foreign-value.js';

/** Where a resolver's arguments have the context of the query: (root, args, context, info). */
const GRAPHQL_CONTEXT = 2;

/** What a handler's work goes by: the raw response, the WebSocket client, or the context of the message. */
export function workKeyOf(context: ExecutionContext): object | undefined {
  const type = context.getType<'http' | 'ws' | 'rpc' | 'graphql'>();
  if (type === 'rpc') return messageKeyOf(context.getArgs<unknown[]>());
  if (type === 'ws') return asObject(context.switchToWs().getClient<unknown>());
  return answerOf(context);
}

/** Node's response that a handler answers with, when it is one to a request. */
export function answerOf(context: ExecutionContext): object | undefined {
  const type = context.getType<'http' | 'ws' | 'rpc' | 'graphql'>();
  if (type === 'http') return httpResponse(context);
  return type === 'graphql' ? graphqlResponse(context.getArgByIndex<unknown>(GRAPHQL_CONTEXT)) : undefined;
}

/** The context is the application's to make; with Nest's own drivers it has Express' request or Fastify's reply. */
function graphqlResponse(context: unknown): object | undefined {
  const { req, res, reply }: Record<string, unknown> = isObject(context) ? context : {};
  const response =
    res ?? (isObject(reply) ? reply['raw'] : undefined) ?? (isObject(req) ? responseBehind(req) : undefined);
  return asObject(response);
}

/** Handlers that are called by hand, through Nest's `ExternalContextCreator`, count as HTTP without having a response. */
function httpResponse(context: ExecutionContext): object | undefined {
  const http = context.switchToHttp();
  const request = http.getRequest<unknown>();
  const response = http.getResponse<unknown>();
  if (!isObject(request) || !isObject(response)) return undefined;
  const raw = rawResponse(response);
  if (raw !== response) rememberRoute(request, raw);
  return raw;
}

/** Express hangs it on the request; Apollo on Fastify gives nothing but Fastify's request, above Node's. */
function responseBehind(request: Record<string, unknown>): unknown {
  const { res, raw } = request;
  return res ?? (raw instanceof IncomingMessage ? responseTo(raw) : undefined);
}

function asObject(value: unknown): object | undefined {
  return isObject(value) ? value : undefined;
}

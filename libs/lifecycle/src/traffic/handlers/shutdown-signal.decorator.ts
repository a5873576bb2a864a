import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { attachedNotices, type Notice, type Notices } from '../../in-flight/notices.js';
import { trackedBy } from '../http/tracked-request.js';
import { workKeyOf } from './work-key.js';

/**
 * An `AbortSignal` for a handler of any kind that fires when the drain's share of the time is nearly used up, early
 * enough to answer; for a long-lived request already when it is its turn to end. Pass it on to what takes a signal.
 *
 * ```ts
 * @Get('report')
 * report(@ShutdownSignal() signal: AbortSignal) { return this.reports.build({ signal }); }
 * ```
 *
 * Outside an application with `GracefulShutdownModule` it never fires.
 */
export const ShutdownSignal: () => ParameterDecorator = createParamDecorator((_data: unknown, context) =>
  signalFor(context, 'time-up'),
);

/**
 * An `AbortSignal` that fires in the tick of SIGTERM, when the shutdown begins: for handlers whose work another replica
 * can continue. `shutdown.isShuttingDown` says the same without waiting.
 */
export const LeavingSignal: () => ParameterDecorator = createParamDecorator((_data: unknown, context) =>
  signalFor(context, 'leaving'),
);

function signalFor(context: ExecutionContext, notice: Notice): AbortSignal {
  const key = workKeyOf(context);
  const notices: Notices | undefined =
    key === undefined ? undefined : (trackedBy(key)?.connection.notices ?? attachedNotices(key));
  return key === undefined || notices === undefined ? new AbortController().signal : notices.signalOf(key, notice);
}

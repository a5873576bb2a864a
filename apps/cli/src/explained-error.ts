import { UnusableInput } from 'nestjs-lifecycle-manifest-check';
import {
  AddressError,
  ClusterError,
  GrpcError,
  InvalidScenarioError,
  LoadSourceError,
  LoginError,
  MessageError,
  StartFailure,
} from 'nestjs-lifecycle-rollout';
import { UsageError } from './usage-error.js';

/** Errors whose message says what to type. */
const EXPLAINED = [
  AddressError,
  ClusterError,
  GrpcError,
  UsageError,
  UnusableInput,
  InvalidScenarioError,
  LoadSourceError,
  LoginError,
  MessageError,
  StartFailure,
];

/** The message of an error that says what to type; `undefined` for a defect of this program. */
export function explanationOf(error: unknown): string | undefined {
  return error instanceof Error && EXPLAINED.some((kind) => error instanceof kind) ? error.message : undefined;
}

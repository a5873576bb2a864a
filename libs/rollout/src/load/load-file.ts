import { z } from 'zod';
import { LoadSourceError, type LoadProblem } from './reading/load-source-error.js';
import { parseRequest } from './parse-request.js';
import { problemsOf } from '../schema/schema-problems.js';
import { readDocument, type SourceText } from './reading/read-document.js';
import { type RequestKind } from './load-plan.js';
import { adviceForField, kindOfWritten, type WrittenRequest, writtenRequest } from './written-request.js';

/** A load file as it is read. */
export type LoadFileOptions = SourceText;

/** What a load file says; what it leaves out is for others to decide. The names are those of `RehearsalOptions`. */
export interface LoadFile {
  /** None where it only says what messages are sent. */
  readonly requests: readonly RequestKind[];
  readonly messages?: WrittenMessages;
  readonly jobs?: WrittenMessages;
  readonly rate?: number;
  readonly clients?: number;
  readonly keepAliveShare?: number;
  readonly keepAliveConnections?: number;
  readonly login?: RehearsalLogin;
  readonly grpcProto?: string | readonly string[];
  readonly maxP99?: number | string;
  readonly maxErrors?: number | string;
  /** What is said of each of several workloads by its name; it is read where they are resolved. */
  readonly workloads?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly order?: readonly string[];
  readonly rolled?: 'in-turn' | 'together';
}

/** Messages or jobs as they are written; they are read with the other options. */
export type WrittenMessages = Readonly<Record<string, string | number | boolean>>;

/** A login as it is written. */
export type RehearsalLogin = string | (WrittenRequest & { readonly token?: string | undefined });

/** What is in it is looked at with the other options. */
const limitText = z.union([z.string(), z.number()]);

const requests = z.array(z.union([z.string(), writtenRequest])).min(1, "is empty: write at least one, as in 'GET /'");

/** What is in it is looked at with the other options. */
const sent = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const loadFile = z.strictObject({
  requests: requests.optional(),
  rate: z.number().min(0).max(2000).optional(),
  clients: z.number().int().min(0).max(500).optional(),
  keepAliveShare: z.number().min(0).max(1).optional(),
  keepAliveConnections: z.number().int().min(1).max(1000).optional(),
  grpcProto: z.union([z.string(), z.array(z.string())]).optional(),
  maxP99: limitText.optional(),
  maxErrors: limitText.optional(),
  messages: sent.optional(),
  jobs: sent.optional(),
  login: z.union([z.string(), writtenRequest.extend({ token: z.string().min(1).optional() })]).optional(),
  workloads: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  order: z.array(z.string()).optional(),
  rolled: z.enum(['in-turn', 'together']).optional(),
});

const FILE_FIELDS = Object.keys(loadFile.shape);

/**
 * A small file of requests, in YAML or JSON: `requests`, each in one line as on the command line or with its fields, and how often
 * they come.
 *
 * @throws LoadSourceError naming the field and what to type
 */
export function readLoadFile(options: LoadFileOptions): LoadFile {
  const read = loadFile.safeParse(readDocument(options));
  if (!read.success) {
    throw new LoadSourceError(options.file, problemsOf(read.error.issues).map(withSuggestion));
  }
  const { requests: lines, ...others } = read.data;
  const problems: LoadProblem[] = [];
  if (lines === undefined && others.messages === undefined && others.jobs === undefined) {
    const message = "is missing: write what is asked, as in ['GET /'], or messages";
    throw new LoadSourceError(options.file, [{ at: 'requests', message }]);
  }
  const found = (lines ?? []).flatMap((written, index) => {
    const at = `requests[${index}]`;
    const result = typeof written === 'string' ? readLine(written) : kindOfWritten(written);
    if (typeof result !== 'string') return [result];
    problems.push({ at, message: result });
    return [];
  });
  if (problems.length > 0) throw new LoadSourceError(options.file, problems);
  return { requests: found, ...written(others) };
}

/** Only what is there. */
function written<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  // The names and values are those of the fields, as far as they are there.
  return Object.fromEntries(entries) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}

function withSuggestion({ at, message }: LoadProblem): LoadProblem {
  if (message !== 'is no option') return { at, message };
  const written = at.split('.').at(-1) ?? at;
  return { at, message: `is no option: ${adviceForField(written, at.includes('.') ? undefined : FILE_FIELDS)}` };
}

function readLine(written: string): RequestKind | string {
  try {
    return parseRequest(written);
  } catch (error) {
    if (error instanceof LoadSourceError) return error.problems.map(({ message }) => message).join('; ');
    throw error;
  }
}

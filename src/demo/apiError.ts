/**
 * A refusal, answered as `{"message": …}` with the engine's status, or as bare text to clients of
 * API versions before 1.24, which know no other form.
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly isText = false,
  ) {
    super(message);
  }
}

const STATUS = {
  InvalidArgument: 400,
  FailedPrecondition: 400,
  NotFound: 404,
  AlreadyExists: 409,
  PermissionDenied: 403,
  Unimplemented: 501,
  Unknown: 500,
} as const;

/** A refusal by the cluster store, which the engine passes on with this prefix. */
export function clusterError(code: keyof typeof STATUS, text: string): ApiError {
  return new ApiError(STATUS[code], `rpc error: code = ${code} desc = ${text}`);
}

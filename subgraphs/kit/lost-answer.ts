/**
 * A change that took effect and whose answer could then not be read is no failed change: told as one, its sender would
 * make it again. Works on a result that is about to leave; knows no mutation and no database.
 */

import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';

import { ERRORS, isErrorCode } from '../../schema/contract/errors.ts';

/** For the result of a mutation: what failed below a field that is null because of it becomes OUTCOME_UNKNOWN. */
export function tellLostAnswers({
  data,
  errors,
}: FormattedExecutionResult): readonly GraphQLFormattedError[] | undefined {
  return errors?.map((error) => {
    const { path = [], extensions } = error;
    const [field] = path;
    const code = extensions?.['code'];
    // What its sender got wrong, below a field that could be resolved, was never right and will not be next time.
    const isFault = isErrorCode(code) && ERRORS[code].blame !== 'client';
    const isAnswerLost = path.length > 1 && data?.[String(field)] === null;
    if (!isFault || !isAnswerLost) return error;
    return { ...error, message: ERRORS.OUTCOME_UNKNOWN.says, extensions: { code: 'OUTCOME_UNKNOWN' } };
  });
}

/**
 * What stands in the editor of somebody who has never been here. Knows no schema.
 */

const GREETING = `# Tributary: one endpoint over all systems
#
# Ctrl-Enter runs this. "Ask as" (above)
# says who asks: ask again as another, and
# what they may not see is null, with the
# rule that says so below the answer.
# "Plan" (left) shows which system is asked
# what, and what it costs.
`;

export function welcome(question = '{\n  __typename\n}\n'): string {
  return `${GREETING}\n${question}`;
}

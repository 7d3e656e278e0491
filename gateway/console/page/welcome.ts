/**
 * What stands in the editor of somebody who has never been here. Knows no schema.
 */

const GREETING = `# Tributary: one endpoint over the company's systems.
#
# Ctrl-Enter runs the operation. "Ask as", at the top right, says who
# asks: ask again as somebody else, and what they may not see is null,
# with the rule that says so below the answer. The panel Plan, at the
# left, shows which system is asked what, and what it costs.
`;

export function welcome(question = '{\n  __typename\n}\n'): string {
  return `${GREETING}\n${question}`;
}

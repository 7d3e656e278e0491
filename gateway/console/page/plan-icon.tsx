/**
 * The sign of the plan panel: boxes that follow one another.
 */

export function PlanIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round">
      <rect x="8" y="2.5" width="8" height="6" rx="1.5" />
      <rect x="2.5" y="15.5" width="8" height="6" rx="1.5" />
      <rect x="13.5" y="15.5" width="8" height="6" rx="1.5" />
      <path d="M12 8.5V12M6.5 15.5V12h11v3.5" />
    </svg>
  );
}

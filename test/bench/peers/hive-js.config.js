/**
 * Hive Gateway with its JavaScript executor, for the benchmark: as it comes, with every deduplication of requests off.
 */

process.once('disconnect', () => process.exit(0));

export const gatewayConfig = {
  inboundInflightRequestDeduplication: false,
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
};

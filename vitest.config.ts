import { defineConfig } from 'vitest/config';

// `.ci/run` counts what ran; on a terminal the default report is enough.
const report = process.env['SOPSKIT_TEST_REPORT'];

/** Peer and end-to-end tests need real tools; without them they say "skipped" (CONTRIBUTING.md). */
export default defineConfig({
  test: {
    ...(report === undefined ? {} : { reporters: ['default', 'json'], outputFile: { json: report } }),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/peers/**', 'test/e2e/**'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'peers',
          include: ['test/peers/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // One control plane for all files, started when one of them runs.
          globalSetup: 'test/e2e/global-setup.ts',
          // After all others: controllers that compete with them for the processors answer late.
          sequence: { groupOrder: 1 },
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});

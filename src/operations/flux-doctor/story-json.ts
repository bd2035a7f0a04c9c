import { problemJson } from './diagnosis-json.ts';
import type { Story } from './story.ts';

/** The one JSON document of `flux doctor KIND/NAME --json` (docs/flux-doctor.md). */
export function storyJson(story: Story): object {
  const { kind, namespace, name, live, owners, events, deletion, repository, answer, restore } = story;
  return {
    object: { kind, namespace, name },
    healthy: story.healthy,
    live:
      live === null
        ? null
        : {
            ...live,
            created: live.created?.toISOString() ?? null,
            deleting: live.deleting?.toISOString() ?? null,
          },
    liveUnread: story.liveUnread,
    owners,
    deletion:
      deletion === null
        ? null
        : {
            ...deletion,
            time: deletion.time.toISOString(),
            because:
              deletion.because === null
                ? null
                : { ...deletion.because, time: deletion.because.time.toISOString() },
          },
    events: events.map((event) => ({ ...event, time: event.time.toISOString() })),
    ...{ repository, answer, restore },
    problems: story.problems.map(problemJson),
    unread: story.unread,
  };
}

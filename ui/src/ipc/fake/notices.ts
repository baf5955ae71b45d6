/** What there is to tell, as a test or a person at the console says. */
import type { Notice, NoticeTold, Tag } from "../bindings";

export function fakeNotices(changed: (...tags: Tag[]) => void) {
  let notices: Notice[] = [];
  const tell = (...next: Notice[]) => {
    notices = next;
    changed("notices");
  };
  return {
    tell,
    commands: {
      noticeList: async () => ({ total: notices.length, rows: notices }),
      noticeTold: async ({ id }: NoticeTold) => {
        tell(...notices.map((notice) => (notice.id === id ? { ...notice, told: true } : notice)));
        return null;
      },
    },
  };
}

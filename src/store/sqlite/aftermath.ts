// After a commit that failed: takes back what it left in the log, and tells whether the disk takes writes again.
import type { Db } from './open.ts'

/**
 * A commit whose fsync failed was rolled back, yet its pages stand in the log, checksums and all, and a start after a
 * crash would take them for committed. A commit that changes nothing, in their place, leaves nothing to take.
 * Where even that cannot be written, so it could not before, and the log ends where it ended.
 */
export function createAftermath(db: Db) {
  let doubt = false

  /** Makes sure that the transaction writes: the same version again, on the first page of the file. */
  function write(): void {
    db.pragma(`user_version = ${db.pragma('user_version', { simple: true }) as number}`)
  }

  return {
    /** Before the commit. In doubt even one that would write nothing does, and so finds out. */
    prepare(): void {
      if (doubt) write()
    },
    committed(): void {
      doubt = false
    },
    /** After the rollback. With a disk that still fails it costs as long as the commit did. */
    failed(): void {
      doubt = true
      try {
        db.transaction(write).immediate()
        doubt = false
      } catch {
        // The next commit tries again.
      }
    },
  }
}

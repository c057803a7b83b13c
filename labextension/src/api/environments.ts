/**
 * Environments as the server describes them.
 */

/**
 * Where something runs: *place* is its interpreter with the home folder as ~. It *is_here* if this
 * server would start the same by that name, and *is_gone* if there is no such interpreter.
 */
export interface IEnvironment {
  id: string;
  display_name: string;
  interpreter: string;
  place: string;
  versions: Record<string, string>;
  is_here: boolean;
  is_gone: boolean;
}

